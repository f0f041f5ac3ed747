-- Who else goes by one of these names (search keys) and is known by the name only: no id, no merge, no link, no contact.
create or replace function linernotes.namesakes_without_id(p_people uuid[], p_names text[]) returns uuid[]
language sql stable set search_path = '' as $$
    select coalesce(array_agg(distinct p.id), '{}')
    from linernotes.producer_names n
    join public.producers p on p.id = n.producer_id
    where n.search_key = any (p_names) and p.id <> all (p_people)
      and coalesce(p.email, p.instagram_handle, p.instagram_bio, p.image_url, p.metadata::text) is null
      and not exists (select from linernotes.external_ids e
                      where e.entity_type = 'producer' and e.entity_id = p.id and e.scheme <> 'name')
      and not exists (select from linernotes.producer_redirects d where p.id in (d.merged_id, d.survivor_id))
      and not exists (select from linernotes.producer_links l where l.producer_id = p.id);
$$;
revoke all on function linernotes.namesakes_without_id(uuid[], text[]) from public;
