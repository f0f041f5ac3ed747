-- Names of producers that may be a misspelt one: those with letter groups (trigrams) in common as a whole, or with half
-- of the typed ones in some part, where pg_trgm asks for 0.6: one wrong letter in a last name of six leaves half
-- (rogers, Rodgers). At 0.4 one word finds 8,000 of three million names, and not 550. How near they are is for
-- `name_likeness` to say.
do $$ begin perform extensions.similarity('', ''); end $$;  -- only a loaded pg_trgm lets us set what is its own
create or replace function linernotes.names_spelt_alike(p_name_key text, p_search_key text)
returns setof linernotes.producer_names
language sql stable parallel safe rows 100
set search_path = '' set pg_trgm.word_similarity_threshold = '0.5' as $$
    select n.*
    from linernotes.producer_names n
    where n.search_key operator(extensions.%) p_search_key or n.name_key operator(extensions.%>) p_name_key;
$$;
revoke all on function linernotes.names_spelt_alike(text, text) from public;
