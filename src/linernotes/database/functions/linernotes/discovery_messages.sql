-- The messages that still wait for a discovery: of its artists, on every queue, parked ones too. visible: anybody may
-- take it now; else at says when, at the latest.
create or replace function linernotes.discovery_messages(
    p_keys text[], p_artists uuid[], p_now timestamptz default clock_timestamp()
) returns table (queue_name text, msg_id bigint, parked boolean, visible boolean, at timestamptz, key text)
language sql stable set search_path = '' as $$
    with people as materialized (
        select distinct c.producer_id::text as id
        from public.albums b
        join public.tracks t on t.album_id = b.id
        join public.track_producers c on c.track_id = t.id
        where b.artist_id = any (p_artists)
    ), waiting as (
        select 'artist_discovery' as queue_name, q.msg_id, false as parked, q.vt as at, q.message
        from pgmq.q_artist_discovery q
        union all
        select 'album_discovery', q.msg_id, false, q.vt, q.message from pgmq.q_album_discovery q
        union all
        select 'track_discovery', q.msg_id, false, q.vt, q.message from pgmq.q_track_discovery q
        union all
        select 'producer_identification', q.msg_id, false, q.vt, q.message from pgmq.q_producer_identification q
        union all
        select 'social_enrichment', q.msg_id, false, q.vt, q.message from pgmq.q_social_enrichment q
        union all
        select p.queue_name, p.msg_id, true, p.due, p.message from linernotes.parked_messages p
    )
    select w.queue_name, w.msg_id, w.parked, not w.parked and w.at <= p_now, w.at, w.message ->> '_idempotencyKey'
    from waiting w
    where case w.queue_name
              when 'artist_discovery' then w.message ->> '_idempotencyKey' = any (p_keys)
              when 'social_enrichment' then w.message ->> 'producerId' in (select k.id from people k)
              else w.message ->> 'artistId' = any (p_artists::text[])
          end;
$$;
revoke all on function linernotes.discovery_messages(text[], uuid[], timestamptz) from public;
