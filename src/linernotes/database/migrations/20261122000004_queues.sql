-- The five queues, in the order in which a fact walks them, and what people call them.
-- PGMQ makes for each a table pgmq.q_<name> with an index on vt, and an archive pgmq.a_<name>.
-- (pgmq is on the database before the first migration; see pgmq.py.)

do $$
declare
    v_name text;
begin
    foreach v_name in array array[
        'artist_discovery', 'album_discovery', 'track_discovery', 'producer_identification', 'social_enrichment'
    ] loop
        if not exists (select from pgmq.list_queues() where queue_name = v_name) then
            perform pgmq.create(v_name);
        end if;
    end loop;
end
$$;

insert into public.queue_registry (queue_name, display_name, description) values
    ('artist_discovery', 'Artist discovery', 'Finds an artist at the catalogue source and stores it with its ids.'),
    ('album_discovery', 'Album discovery', 'Reads one page of an artist''s albums, singles and EPs.'),
    ('track_discovery', 'Track discovery', 'Reads the tracks of an album and finds or makes their recordings.'),
    ('producer_identification', 'Producer identification', 'Asks the credit sources who made a recording.'),
    ('social_enrichment', 'Social enrichment', 'Finds the public links of a producer, by id and never by name.')
on conflict (queue_name) do nothing;
