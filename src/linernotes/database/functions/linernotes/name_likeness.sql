-- How alike a stored name and a typed one are, 0 to 1, both by name_key and search_key: the share of letters that agree
-- when a quarter of them at most is wrong, else the share of letter groups (trigrams). A name that is alike as a whole
-- is nearer than one of which a part is: Timbaland, not Justin Timberlake. One typed word is compared with each word.
create or replace function linernotes.name_likeness(
    p_name_key text, p_search_key text, p_typed_name_key text, p_typed_search_key text
) returns double precision language sql immutable parallel safe set search_path = '' as $$
    select greatest(
        extensions.similarity(p_search_key, p_typed_search_key),
        extensions.similarity(p_name_key, p_typed_name_key),
        0.8 * extensions.strict_word_similarity(p_typed_name_key, p_name_key),
        case when l.longest between 4 and 200
              and extensions.levenshtein(p_search_key, p_typed_search_key) <= l.longest / 4
             then 1 - extensions.levenshtein(p_search_key, p_typed_search_key)::double precision / l.longest
        end,
        case when p_typed_name_key not like '% %' and char_length(p_typed_name_key) between 4 and 100 then (
            select 0.8 * max(1 - extensions.levenshtein(w.word, p_typed_name_key)::double precision / w.longest)
            from (select v.word, greatest(char_length(v.word), char_length(p_typed_name_key)) as longest
                  from string_to_table(p_name_key, ' ') v(word)) w
            where w.longest <= 100 and extensions.levenshtein(w.word, p_typed_name_key) <= w.longest / 4)
        end)
    from (select greatest(char_length(p_search_key), char_length(p_typed_search_key)) as longest) l;
$$;
revoke all on function linernotes.name_likeness(text, text, text, text) from public;
