-- Pairs that a comparison of the whole base found, for people to judge (rule P2). Replaced as a whole by each run.
create table linernotes.scored_pairs (
    one_id uuid not null references public.producers (id) on delete cascade,
    other_id uuid not null references public.producers (id) on delete cascade,
    score numeric(4, 3) not null check (score between 0 and 1),
    at timestamptz not null,
    primary key (one_id, other_id),
    check (one_id < other_id)
);
comment on table linernotes.scored_pairs is 'Who may be one person, by names, artists and recordings together. Only suggestions.';
create index scored_pairs_score_idx on linernotes.scored_pairs (score desc);
create index scored_pairs_other_idx on linernotes.scored_pairs (other_id);
revoke all on linernotes.scored_pairs from public;
