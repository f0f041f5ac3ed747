-- A regular expression, for ~*, that finds any of these texts as a whole word: 'ada lind' in 'Ada Lind, twice', and not
-- in 'Ada Lindberg'. Its first group is what stands before, its third what stands behind.
create or replace function linernotes.pattern_of(p_texts text[]) returns text
language sql immutable parallel safe set search_path = '' as $$
    select '(^|[^[:alnum:]])(' || string_agg(
               regexp_replace(t, '([^[:alnum:][:space:]])', '\\\1', 'g'), '|' order by length(t) desc, t) || ')($|[^[:alnum:]])'
    from unnest(p_texts) t
    where t <> '';
$$;
revoke all on function linernotes.pattern_of(text[]) from public;
