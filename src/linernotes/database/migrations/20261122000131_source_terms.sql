-- What each source allows, as data: an operator with other terms changes a row, and what keeps to them follows.
create table linernotes.source_terms (
    source text primary key,
    licence text not null,
    licence_url text not null,
    attribution text,
    answers_for interval,
    alone_for interval,
    fields text[] not null,
    note text not null default ''
);
comment on table linernotes.source_terms is 'What each source allows to be kept, for how long, and what it wants to be named.';
comment on column linernotes.source_terms.attribution is 'What has to stand beside what is shown of it; null: nothing has to.';
comment on column linernotes.source_terms.answers_for is 'How long an answer may be kept at most; null: for ever.';
comment on column linernotes.source_terms.alone_for is
    'How long a row is kept that no other source knows; null: for ever. Each source with a limit needs an index like tracks_of_spotify_idx.';
comment on column linernotes.source_terms.fields is 'What we keep of it.';

insert into linernotes.source_terms
    (source, licence, licence_url, attribution, answers_for, alone_for, fields, note) values
    ('musicbrainz', 'CC0', 'https://musicbrainz.org/doc/About/Data_License', null, null, null,
     '{ids,names,dates,durations,isrcs,credits,links,members}', 'The core data; what is CC BY-NC-SA there is not asked for.'),
    ('wikidata', 'CC0', 'https://www.wikidata.org/wiki/Wikidata:Licensing', null, null, null, '{ids,links}', ''),
    ('discogs', 'Discogs API Terms of Use', 'https://support.discogs.com/hc/en-us/articles/360009334593-API-Terms-of-Use',
     'This application uses Discogs'' API but is not affiliated with, sponsored or endorsed by Discogs. Data provided by Discogs.',
     interval '6 hours', null, '{ids,names,credits,links,members}',
     'What the web service said may not be shown when it is older than 6 hours; the dumps are CC0 and may be kept.'),
    ('genius', 'Genius API Terms of Service', 'https://genius.com/static/terms', 'Credits from Genius, each with the link to its page.',
     interval '30 days', null, '{ids,names,credits,links}', 'Credits are kept as facts with their link; lyrics are never asked for.'),
    ('spotify', 'Spotify Developer Terms', 'https://developer.spotify.com/terms', 'Each with its link to Spotify.',
     interval '24 hours', interval '7 days', '{ids,names,dates,durations,isrcs,popularity}',
     'No databases of its content, no indefinite storage: a way in, never the stored core. Pictures are left out.'),
    ('deezer', 'Deezer API terms', 'https://developers.deezer.com/termsofuse', 'Each with its link to Deezer.',
     interval '24 hours', null, '{ids,names,dates,durations,isrcs,pictures}', 'The terms name no time; for programs that are not sold.'),
    ('sample', 'CC0', 'https://creativecommons.org/publicdomain/zero/1.0/', null, null, null,
     '{ids,names,dates,credits,members}', 'Comes with the program.'),
    ('file', 'as its owner says', '', null, null, null, '{ids,names,dates,durations,isrcs,credits}', 'A list of somebody''s own.');

revoke all on linernotes.source_terms from public;

-- The rows that a source with a limit brought and that no other has touched since.
create index tracks_of_spotify_idx on public.tracks (updated_at) where metadata ->> 'source' = 'spotify';
create index albums_of_spotify_idx on public.albums (updated_at) where metadata -> 'sources' = '{"spotify": true}';
create index artists_of_spotify_idx on public.artists (updated_at) where metadata ->> 'source' = 'spotify';

insert into linernotes.jobs (name, schedule, runs, target, arguments, queue_name, batch_size, purpose) values
    ('source-terms-job', '40 * * * *', 'function', 'linernotes.keep_to_source_terms', '{"p_limit": 5000}', null, null,
     'Removes what the terms of a source do not allow to be kept longer.');
