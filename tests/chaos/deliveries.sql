-- A queue at its worst: whatever is sent to it lies there one to three times, and the last comes first, or any.
-- %(order)s: reversed or shuffled; %(seed)s chooses who is sent how often.
create schema delivery;
create table delivery.manner as select %(order)s::text as arrangement, %(seed)s::integer as seed;
create table delivery.again (queue text, msg_id bigint, times integer not null default 1, primary key (queue, msg_id));

-- Where a message stands: work is taken in the order of vt, and what is visible was so long ago.
create function delivery.place() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    if new.vt <= clock_timestamp() then
        new.vt := timestamptz '2020-01-01' - case (select m.arrangement from delivery.manner m)
            when 'reversed' then new.msg_id * interval '1 second' else random() * interval '1 day' end;
    end if;
    return new;
end
$$;

create function delivery.copies() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    if pg_trigger_depth() = 1 then
        execute format('insert into pgmq.%%I (vt, message, headers) select $1, $2, $3 from generate_series(1, $4)', tg_table_name)
        using new.vt, new.message, new.headers,
              abs(hashtextextended(new.message ->> '_idempotencyKey', (select m.seed from delivery.manner m)) %% 3)::integer;
    end if;
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
        execute format('create trigger place before insert on pgmq.%%I for each row execute function delivery.place()',
                       'q_' || v_name);
        execute format('create trigger copies after insert on pgmq.%%I for each row execute function delivery.copies()',
                       'q_' || v_name);
    end loop;
end
$$;
