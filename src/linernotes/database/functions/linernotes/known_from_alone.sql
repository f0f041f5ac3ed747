-- Which of these producers nobody knows anything of but this source: nothing is claimed of them any more, no other
-- source has a name, an id, a group or a link of theirs, no program stored more than the name, and people decided nothing.
create or replace function linernotes.known_from_alone(p_source text, p_producers uuid[]) returns uuid[]
language sql stable set search_path = '' as $$
    select coalesce(array_agg(p.id order by p.id), '{}')
    from public.producers p
    where p.id = any (p_producers)
      and coalesce(p.email, p.instagram_bio, p.metadata::text) is null
      and not exists (select from linernotes.claims c where c.producer_id = p.id)
      and not exists (select from public.track_producers x where x.producer_id = p.id)
      and not exists (select from linernotes.producer_links l where l.producer_id = p.id)
      and not exists (select from linernotes.rejections x where x.producer_id = p.id)
      and not exists (select from linernotes.producer_merges m where p.id in (m.merged_id, m.into_id))
      and not exists (select from linernotes.group_members g
                      where p.id in (g.group_id, g.member_id) and g.source <> p_source)
      and not exists (select from linernotes.producer_names n where n.producer_id = p.id and n.source <> p_source)
      and not exists (select from linernotes.external_ids e
                      where e.entity_type = 'producer' and e.entity_id = p.id and e.scheme not in (p_source, 'name'));
$$;
revoke all on function linernotes.known_from_alone(text, uuid[]) from public;
