-- An account of what really happens in a database under test, kept by triggers, apart from everything the product
-- says of itself: every message that came, moved and went, and every transaction that wrote a fact, each with who did
-- it. A worker of the tests names itself in application_name as it does in its leases.
create schema audit;

create table audit.messages (
    at timestamptz not null default clock_timestamp(),
    xid xid8 not null default pg_current_xact_id(),
    who text not null default current_setting('application_name'),
    event text not null,
    queue text not null,
    msg_id bigint not null,
    held_by text,
    attempts integer,
    key text,
    poison text
);
create index on audit.messages (queue, msg_id);
create index on audit.messages (xid);
create index on audit.messages (who, at);

create table audit.writes (
    at timestamptz not null default clock_timestamp(),
    xid xid8 not null default pg_current_xact_id(),
    who text not null default current_setting('application_name'),
    relation text not null,
    rows bigint not null
);

create function audit.message() returns trigger language plpgsql security definer set search_path = '' as $$
declare
    v_row record := coalesce(new, old);
begin
    insert into audit.messages (event, queue, msg_id, held_by, attempts, key, poison)
    values (lower(tg_op), substr(tg_table_name, 3), v_row.msg_id, v_row.headers ->> 'worker',
            (v_row.headers ->> 'attempts')::integer + coalesce((v_row.headers ->> 'killed')::integer, 0), v_row.message ->> '_idempotencyKey', v_row.message ->> 'poison');
    return null;
end
$$;

create function audit.written() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    insert into audit.writes (relation, rows)
    select tg_table_name, count(*) from fresh having count(*) > 0;
    return null;
end
$$;

do $$
declare
    v_name text;
begin
    foreach v_name in array array[
        'artist_discovery', 'album_discovery', 'track_discovery', 'producer_identification', 'social_enrichment']
    loop
        execute format(
            'create trigger audit after insert or update or delete on pgmq.%I for each row execute function audit.message()',
            'q_' || v_name);
    end loop;
    foreach v_name in array array[
        'public.artists', 'public.albums', 'public.tracks', 'public.producers', 'public.track_producers',
        'linernotes.recordings', 'linernotes.claims', 'linernotes.producer_links', 'linernotes.producer_names']
    loop
        execute format('create trigger audit_insert after insert on %s referencing new table as fresh '
                       'for each statement execute function audit.written()', v_name);
        execute format('create trigger audit_update after update on %s referencing new table as fresh '
                       'for each statement execute function audit.written()', v_name);
    end loop;
end
$$;
