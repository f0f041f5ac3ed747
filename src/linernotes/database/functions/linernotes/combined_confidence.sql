-- Join the best claim of each source family into one confidence (rule C3): 1 - (1 - c1) * product(1 - ci / 2), at most
-- 0.99. Half weight for all but the best, because the databases copy from each other.
create or replace function linernotes.combined_confidence(p_strengths numeric[]) returns numeric
language sql immutable parallel safe set search_path = '' as $$
    select case count(s.strength)
        when 0 then null
        when 1 then round(least(0.99, max(s.strength)), 4)
        else round(least(0.99, 1 - exp(sum(ln(greatest(
            1 - case when s.place = 1 then s.strength else s.strength / 2 end, 1e-6)::float8)))::numeric), 4)
    end
    from (
        select u.strength, row_number() over (order by u.strength desc) as place
        from unnest(p_strengths) u(strength) where u.strength is not null
    ) s;
$$;
