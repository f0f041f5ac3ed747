-- When a source should be asked for an artist's albums again (rule F5): 7 days after the last look where the artist had a
-- release within the year before it, else 30; up to a tenth longer or shorter, by chance that hangs on p_seed, so that
-- not all fall due at once. The twin of linernotes.pipeline.freshness.artist_due.
create or replace function linernotes.artist_due(p_last_release date, p_looked timestamptz, p_seed text)
returns timestamptz language sql immutable parallel safe set search_path = '' as $$
    select p_looked + make_interval(secs => d.days * 86400 * (0.9 + 0.2 * (
               ('x' || substr(md5(p_seed || '/' || d.days), 1, 8))::bit(32)::bigint / 4294967296.0)))
    from (select case when p_last_release::timestamp at time zone 'UTC' > p_looked - interval '365 days'
                      then 7 else 30 end as days) d;
$$;
revoke all on function linernotes.artist_due(date, timestamptz, text) from public;
