-- Whether a message is about one of these people: by id, or, where it gives no id of ours, by name. A message that is to
-- find an artist of that name is, unless the catalogue has such an artist: then the name stands there as that of works.
-- p_ids: ids of ours as text, and values of sources' ids. p_names: search keys.
create or replace function linernotes.message_names(p_message jsonb, p_ids text[], p_names text[]) returns boolean
language sql stable set search_path = '' as $$
    select coalesce(
        case when p_message ? 'producerId' then lower(p_message ->> 'producerId') = any (p_ids)
             when p_message ? 'producerName' then linernotes.search_key(p_message ->> 'producerName') = any (p_names)
             when p_message ? 'artistName' and not exists (
                 select from linernotes.artist_names a where a.search_key = any (p_names))
             then linernotes.search_key(p_message ->> 'artistName') = any (p_names)
        end, false);
$$;
revoke all on function linernotes.message_names(jsonb, text[], text[]) from public;
