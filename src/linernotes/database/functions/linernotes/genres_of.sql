-- The genres in an artist's metadata, as they stand there; none when there are none, or when what stands there is no
-- list.
create or replace function linernotes.genres_of(p_metadata jsonb) returns text[]
language sql immutable parallel safe set search_path = '' as $$
    select array(select jsonb_array_elements_text(
        case when jsonb_typeof(p_metadata -> 'genres') = 'array' then p_metadata -> 'genres' else '[]' end));
$$;
revoke all on function linernotes.genres_of(jsonb) from public;
