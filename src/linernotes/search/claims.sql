-- name: on_recording
-- Everything that sources said about one recording, whoever it was said of, credits or not. Strength as in rule C2,
-- before a source's word is weighed against the others'.
select c.role, r.class as role_class, coalesce(d.survivor_id, c.producer_id) as producer_id, p.name as producer,
       c.source, c.family, c.record, c.url, c.raw_role, c.credited_as, c.name_key, c.scope, c.by_name,
       (c.base * c.match)::float8 as strength, c.first_seen_at, c.last_seen_at
from linernotes.claims c
join linernotes.roles r on r.code = c.role
left join linernotes.producer_redirects d on d.merged_id = c.producer_id
join public.producers p on p.id = coalesce(d.survivor_id, c.producer_id)
where c.recording_id = %(recording_id)s
order by c.role, strength desc, c.source, c.record
limit %(limit)s;
