-- How much of a credit one version of a work passes to another (rule I5): null for nothing.
-- A remaster shares all but the mastering; an edit or extended version the producers (0.9) and the writers; every
-- other version of the same work its writers only. Two originals share nothing: equal titles are not one work.
create or replace function linernotes.inherited_share(p_from text, p_to text, p_class text) returns numeric
language sql immutable parallel safe set search_path = '' as $$
    select case
        when p_from = p_to then null
        when p_from in ('original', 'remaster') and p_to in ('original', 'remaster')
            then case when p_class = 'mastering' then null else 1.0 end
        when p_from not in ('original', 'remaster') then null
        when p_class = 'writer' then 1.0
        when p_to in ('edit', 'extended') and p_class = 'producer' then 0.9
    end;
$$;
