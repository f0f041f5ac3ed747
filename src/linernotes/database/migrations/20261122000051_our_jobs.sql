-- House-keeping of ours beside the contract's ten jobs.
insert into linernotes.jobs (name, schedule, runs, target, arguments, queue_name, batch_size, purpose) values
    ('expired-answers-job', '50 * * * *', 'function', 'linernotes.drop_expired_answers', '{}', null, null,
     'Removes kept answers of sources whose time is over.'),
    ('late-credits-job', '25 * * * *', 'chore', 'lateCredits', '{"limit": 200}', null, null,
     'Sends tracks of which a source should be asked again, because credits arrive late.');

create index idempotency_keys_done_idx on linernotes.idempotency_keys (fresh_until) where done_at is not null;
drop index linernotes.idempotency_keys_fresh_until_idx;
create index dead_letters_replayed_idx on linernotes.dead_letters (replayed_at) where replayed_at is not null;
