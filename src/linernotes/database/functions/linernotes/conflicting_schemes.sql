-- By which schemes two producers are two people, though an answer names both as one (rule P3): where what they and the
-- answer have of a scheme are two values or more. Of a scheme of several ids (ISNI, IPI) one in common is enough. A
-- source's own ids are one where its own answer says so: it knows which of its records it has joined.
-- p_ids: what the answer of p_source says of p_one, [{"scheme", "value"}, ...].
create or replace function linernotes.conflicting_schemes(
    p_one uuid, p_other uuid, p_source text, p_ids jsonb
) returns text[] language sql stable set search_path = '' as $$
    with answered as (
        select distinct i.scheme, i.value from jsonb_to_recordset(p_ids) as i(scheme text, value text)
    ), one as (
        select e.scheme, e.value from linernotes.external_ids e
        where e.entity_type = 'producer' and e.entity_id in (select linernotes.identities_of(p_one))
        union
        select a.scheme, a.value from answered a
    ), other as (
        select e.scheme, e.value from linernotes.external_ids e
        where e.entity_type = 'producer' and e.entity_id in (select linernotes.identities_of(p_other))
    )
    select array_agg(c.scheme order by c.scheme)
    from (
        select b.scheme,
               exists (select from linernotes.schemes_of_several_ids s where s.scheme = b.scheme) as several,
               bool_or(b.mine and b.theirs) as common, count(*) as ids,
               bool_and(exists (select from answered a where a.scheme = b.scheme and a.value = b.value)) as answered
        from (
            select coalesce(x.scheme, y.scheme) as scheme, x.value is not null as mine, y.value is not null as theirs,
                   coalesce(x.value, y.value) as value
            from one x full join other y on y.scheme = x.scheme and y.value = x.value
        ) b
        group by b.scheme
        having bool_or(b.mine) and bool_or(b.theirs)
    ) c
    where c.scheme <> 'name'
      and case when c.several then not c.common
               else c.ids > 1 and not (c.answered and c.scheme = split_part(p_source, ':', 1)) end;
$$;
