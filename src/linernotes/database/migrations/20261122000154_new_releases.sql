-- Artists are looked at again for new albums (rule F5): when each source was last asked for an artist's list.
create table linernotes.artist_looks (
    artist_id uuid not null references public.artists (id) on delete cascade,
    source text not null,
    sent_at timestamptz not null,
    primary key (artist_id, source)
);
comment on table linernotes.artist_looks is 'When a source was last sent for the list of an artist''s albums by the clock.';
revoke all on linernotes.artist_looks from public;
insert into linernotes.jobs (name, schedule, runs, target, arguments, queue_name, batch_size, purpose) values
    ('new-releases-job', '35 * * * *', 'chore', 'newReleases', '{"limit": 100}', null, null,
     'Sends for the albums of artists who may have a new one: weekly while they release, else every 30 days.');
