-- name: unknown_roles
-- What sources wrote as a role and no rule maps, by text: how often, at which sources, and one place to look.
select g.raw_role, g.claims, g.recordings, g.sources, p.name as producer, e.credited_as, r.title as recording, e.url
from (
    select c.raw_role, count(*) as claims, count(distinct c.recording_id) as recordings,
           array_agg(distinct c.source order by c.source) as sources, min(c.recording_id::text)::uuid as example
    from linernotes.claims c
    where c.role = 'other'
    group by c.raw_role
) g
cross join lateral (
    select c.producer_id, c.credited_as, c.url
    from linernotes.claims c
    where c.role = 'other' and c.raw_role = g.raw_role and c.recording_id = g.example
    order by c.url is null, c.producer_id
    limit 1
) e
join linernotes.recordings r on r.id = g.example
join public.producers p on p.id = linernotes.survivor_of(e.producer_id)
order by g.claims desc, g.raw_role;
