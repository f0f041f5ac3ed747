-- By what these producers, who are one person, can be recognised: kind and value as linernotes.forgotten holds them.
--
-- Names are forgiven every spelling (search_key). A name alone says nothing of who bears it, since there are namesakes,
-- so it counts together with an artist; of somebody who has no id at all the name is all there is, and counts alone.
-- A link that somebody else has too does not tell who it is.
create or replace function linernotes.known_as(p_people uuid[]) returns table (kind text, value text)
language sql stable set search_path = '' as $$
    with id as materialized (
        select distinct e.scheme, lower(e.value) as value
        from linernotes.external_ids e
        where e.entity_type = 'producer' and e.entity_id = any (p_people) and e.scheme <> 'name'
    ), name as materialized (
        select distinct linernotes.search_key(s) as key from linernotes.spellings_of(p_people) s
    ), work as (
        select c.recording_id, c.track_id from linernotes.claims c where c.producer_id = any (p_people)
        union
        select t.recording_id, t.id
        from public.track_producers x
        join public.tracks t on t.id = x.track_id
        where x.producer_id = any (p_people)
    ), artist as materialized (
        select distinct linernotes.search_key(a.name) as key
        from (
            select distinct a.name from work w cross join lateral linernotes.artists_of_work(w.recording_id, w.track_id) a(name)
        ) a
    )
    select 'id', i.scheme || ':' || i.value from id i
    union
    select 'value', i.value from id i where i.value ~ '[^0-9]' and length(i.value) > 3
    union
    select 'link', l.kind || ':' || lower(l.value)
    from linernotes.producer_links l
    where l.producer_id = any (p_people) and not exists (
        select from linernotes.producer_links o
        where o.kind = l.kind and o.value = l.value and o.producer_id <> all (p_people))
    union
    select 'link', h.value
    from public.producers p
    cross join lateral (
        values ('email:' || lower(p.email)), ('instagram:' || lower(ltrim(p.instagram_handle, '@')))) h(value)
    where p.id = any (p_people) and h.value is not null
    union
    select 'name', n.key from name n where n.key is not null
    union
    select 'alone', n.key from name n where n.key is not null and not exists (select from id)
    union
    select 'credit', n.key || chr(31) || a.key from name n cross join artist a where n.key is not null and a.key is not null;
$$;
revoke all on function linernotes.known_as(uuid[]) from public;
