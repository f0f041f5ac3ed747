-- A name that thousands have is put in order from this index alone.
create index producer_search_ranked_idx on linernotes.producer_search (producer_id) include (recordings, name);
