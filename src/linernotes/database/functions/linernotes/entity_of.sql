-- The entity that a message of a queue is about: what processing_status and the locks name.
-- A page beyond the first is an entity of its own, so that its attempts are counted apart.
create or replace function linernotes.entity_of(
    p_queue text, p_message jsonb, out entity_type text, out entity_id text
) language sql immutable parallel safe set search_path = '' as $$
    select
        case p_queue
            when 'artist_discovery' then 'artist'
            when 'album_discovery' then 'artist_albums'
            when 'track_discovery' then 'album'
            when 'producer_identification' then 'track'
            when 'social_enrichment' then 'producer'
            else p_queue
        end,
        coalesce(
            case p_queue
                when 'artist_discovery' then coalesce(p_message ->> 'artistId', lower(p_message ->> 'artistName'))
                when 'album_discovery' then p_message ->> 'artistId'
                when 'track_discovery' then p_message ->> 'albumId'
                when 'producer_identification' then p_message ->> 'trackId'
                when 'social_enrichment' then p_message ->> 'producerId'
            end,
            p_message ->> '_idempotencyKey',
            '(unnamed)'
        )
        || case when coalesce(p_message ->> 'offset', '0') = '0' then '' else '@' || (p_message ->> 'offset') end;
$$;
