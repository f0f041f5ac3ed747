-- name: add_key
insert into linernotes.api_keys (name, role, starts_with, hash, created_at)
values (%(name)s, %(role)s, %(starts_with)s, %(hash)s, %(now)s)
on conflict (name) where revoked_at is null do nothing
returning id;

-- name: list_keys
select name, role, starts_with, created_at, last_used_at, revoked_at
from linernotes.api_keys order by revoked_at is not null, name, created_at;

-- name: revoke_key
-- Sessions that were begun with it end with it.
with revoked as (
    update linernotes.api_keys set revoked_at = %(now)s where name = %(name)s and revoked_at is null returning id
), ended as (
    delete from linernotes.sessions where key_id in (select id from revoked)
)
select id from revoked;

-- name: key_by_hash
select id, name, role, last_used_at from linernotes.api_keys where hash = %(hash)s and revoked_at is null;

-- name: note_use
-- To the minute: a key that is used a thousand times a second is not written a thousand times.
update linernotes.api_keys set last_used_at = %(now)s
where id = %(id)s and (last_used_at is null or last_used_at < %(now)s - interval '1 minute');

-- name: any_key
select exists (select from linernotes.api_keys where revoked_at is null);

-- name: add_session
with gone as (
    delete from linernotes.sessions where expires_at <= %(now)s
)
insert into linernotes.sessions (hash, key_id, name, role, created_at, expires_at)
values (%(hash)s, %(key_id)s, %(name)s, %(role)s, %(now)s, %(expires_at)s);

-- name: session_by_hash
select s.key_id as id, s.name, s.role
from linernotes.sessions s left join linernotes.api_keys k on k.id = s.key_id
where s.hash = %(hash)s and s.expires_at > %(now)s and k.revoked_at is null;

-- name: end_session
delete from linernotes.sessions where hash = %(hash)s;
