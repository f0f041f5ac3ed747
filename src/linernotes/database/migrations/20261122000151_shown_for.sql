-- What a source lets be shown for a while only, since it was last asked.
alter table linernotes.source_terms add column shown_for interval;
comment on column linernotes.source_terms.shown_for is
    'How long what it said may be shown since it last said so; null: for ever. Each source with a limit needs indexes like claims_of_discogs_idx.';
update linernotes.source_terms set shown_for = interval '6 hours' where source = 'discogs';

-- What such a source said, the longest unsaid first.
create index claims_of_discogs_idx on linernotes.claims (last_seen_at) where source = 'discogs';
create index producer_links_of_discogs_idx on linernotes.producer_links (last_seen_at) where source = 'discogs';
create index producer_names_of_discogs_idx on linernotes.producer_names (first_seen_at)
    where source = 'discogs' and kind <> 'name';
create index group_members_of_discogs_idx on linernotes.group_members (group_id) where source = 'discogs';

-- A look each ten minutes, so that six hours are six hours.
update linernotes.jobs set schedule = '*/10 * * * *' where name = 'source-terms-job' and schedule = '40 * * * *';
