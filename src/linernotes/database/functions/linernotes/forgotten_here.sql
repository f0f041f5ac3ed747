-- Who of the producers here is on the list of the forgotten: by an id, or, without any id, by a name that is on the list
-- alone. None, unless a backup brought them back, or a list was loaded.
create or replace function linernotes.forgotten_here() returns setof uuid
language plpgsql stable set search_path = '' as $$
declare
    v_people uuid[];
    v_texts text[];
begin
    select array_agg(e.entity_id), array_agg(e.scheme || ':' || lower(e.value)) into v_people, v_texts
    from linernotes.external_ids e
    where e.entity_type = 'producer' and e.scheme <> 'name';
    return query select distinct v_people[l.place] from linernotes.listed('id', v_texts) l;

    select array_agg(n.producer_id), array_agg(n.search_key) into v_people, v_texts
    from linernotes.producer_names n
    where not exists (select from linernotes.external_ids e
                      where e.entity_type = 'producer' and e.entity_id = n.producer_id and e.scheme <> 'name');
    return query select distinct v_people[l.place] from linernotes.listed('alone', v_texts) l;
end
$$;
revoke all on function linernotes.forgotten_here() from public;
