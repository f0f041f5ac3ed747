-- The scheduled jobs, as data: whoever schedules (a process of ours, pg_cron) reads them here. No address and no
-- credential stands in a job. Cron is read in UTC; batch_size is how many messages one run takes from its queue.
create table linernotes.jobs (
    name text primary key,
    schedule text not null,
    runs text not null check (runs in ('worker', 'function')),
    target text not null,
    arguments jsonb not null default '{}'::jsonb check (jsonb_typeof(arguments) = 'object'),
    queue_name text,
    batch_size integer check (batch_size > 0),
    purpose text not null
);

insert into linernotes.jobs (name, schedule, runs, target, arguments, queue_name, batch_size, purpose) values
    ('cron-queue-processor-job', '*/2 * * * *', 'worker', 'cronQueueProcessor', '{}', null, null,
     'Processes messages from all active queues.'),
    ('artist-discovery-queue-job', '*/3 * * * *', 'worker', 'artistDiscovery', '{}', 'artist_discovery', 15,
     'Processes the artist queue.'),
    ('album-discovery-queue-job', '1-59/4 * * * *', 'worker', 'albumDiscovery', '{}', 'album_discovery', 15,
     'Processes the album queue.'),
    ('track-discovery-queue-job', '2-59/4 * * * *', 'worker', 'trackDiscovery', '{}', 'track_discovery', 20,
     'Processes the track queue.'),
    ('producer-identification-queue-job', '*/5 * * * *', 'worker', 'producerIdentification', '{}',
     'producer_identification', 10, 'Processes the queue of tracks whose producers are to be found.'),
    ('social-enrichment-queue-job', '*/7 * * * *', 'worker', 'socialEnrichment', '{}', 'social_enrichment', 10,
     'Processes the queue of producers to be enriched.'),
    ('queue-monitor-job', '*/5 * * * *', 'worker', 'queueMonitor', '{"threshold_minutes": 5, "auto_fix": true}', null, null,
     'Finds messages that have been locked too long and frees them.'),
    ('processing-states-monitor-job', '10 * * * *', 'function', 'linernotes.free_unfinished_entities',
     '{"p_older_than_minutes": 120}',
     null, null, 'Frees entities that were left in progress.'),
    ('maintenance-clear-stale-entities', '*/30 * * * *', 'function', 'public.maintenance_clear_stale_entities',
     '{"p_stale_threshold_minutes": 60}', null, null, 'Removes stale locks and states.'),
    ('cronCleanupStaleEntities', '0 * * * *', 'worker', 'cronCleanupStaleEntities', '{}', null, null,
     'Cleans stale entities in the database and in Redis.'),
    ('retention-job', '20 3 * * *', 'function', 'linernotes.keep_recent_records', '{"p_keep_days": 30}', null, null,
     'Removes metrics, events and resolved issues that are older than the limit.');
