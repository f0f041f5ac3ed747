-- Names of artists that may be a misspelt one, found as `names_spelt_alike` finds those of producers, and from 0.4 on,
-- since there are fewer: beetles, Beatles.
do $$ begin perform extensions.similarity('', ''); end $$;  -- only a loaded pg_trgm lets us set what is its own
create or replace function linernotes.artists_spelt_alike(p_name_key text, p_search_key text)
returns setof linernotes.artist_names
language sql stable parallel safe rows 100
set search_path = '' set pg_trgm.word_similarity_threshold = '0.4' as $$
    select n.*
    from linernotes.artist_names n
    where n.search_key operator(extensions.%) p_search_key or n.name_key operator(extensions.%>) p_name_key;
$$;
revoke all on function linernotes.artists_spelt_alike(text, text) from public;
