-- When a source should be asked again who made a recording (rule F5): 1, 7, 30 and 90 days after the release, or after
-- the first look where no date is known, because credits arrive late; then every 180 days. Each interval is up to a
-- tenth longer or shorter, by chance that hangs on p_seed, so that not all fall due at once. Never within a day of the
-- last look. The twin of linernotes.pipeline.freshness.credits_due.
create or replace function linernotes.due_again(
    p_released date, p_first timestamptz, p_looked timestamptz, p_seed text
) returns timestamptz language sql immutable parallel safe set search_path = '' as $$
    select greatest(
        p_looked + interval '1 day',
        coalesce(min(w.at) filter (where w.days <> 180 and w.at > p_looked), min(w.at) filter (where w.days = 180)))
    from (
        select d.days, case d.days when 180 then p_looked
                                   else coalesce(p_released::timestamp at time zone 'UTC', p_first) end
            + make_interval(secs => d.days * 86400 * (0.9 + 0.2 * (
                  ('x' || substr(md5(p_seed || '/' || d.days), 1, 8))::bit(32)::bigint / 4294967296.0))) as at
        from (values (1), (7), (30), (90), (180)) d(days)
    ) w;
$$;
