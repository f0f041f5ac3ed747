-- Whether a public place is claimed for two people or more, who are not one by a merge: then it is shown for none (L2).
create or replace function linernotes.claimed_by_several(p_kind text, p_value text) returns boolean
language sql stable parallel safe set search_path = '' as $$
    select count(distinct coalesce(d.survivor_id, l.producer_id)) > 1
    from linernotes.producer_links l
    left join linernotes.producer_redirects d on d.merged_id = l.producer_id
    where l.kind = p_kind and l.value = p_value;
$$;
