-- Who is on the same recordings is asked of tracks by the thousand, for a page of somebody busy. With everything that
-- the question takes in the index, none of their credits' rows is fetched: half of the time.
create index track_producers_people_idx on public.track_producers (track_id) include (producer_id, role, confidence);
