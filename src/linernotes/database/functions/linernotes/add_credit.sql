-- Keep what a person says: somebody had this role on this recording. A claim of the source and family `hand`, which no
-- other source's answer ever overwrites; it lifts a rejection of the same credit (rule C5).
create or replace function linernotes.add_credit(
    p_recording uuid, p_track uuid, p_producer uuid, p_role text, p_url text, p_why text, p_by text,
    p_now timestamptz default clock_timestamp()
) returns void language plpgsql set search_path = '' as $$
declare
    v_producer uuid;
begin
    perform linernotes.hold_merges(false);
    v_producer := linernotes.survivor_of(p_producer);
    update linernotes.rejections x set restored_at = p_now, restored_by = p_by
    where x.recording_id = p_recording and x.role = p_role and x.restored_at is null
      and x.producer_id in (select linernotes.identities_of(v_producer));
    insert into linernotes.claims as k
        (recording_id, producer_id, role, source, record, family, scope, raw_role, credited_as, name_key, by_name,
         track_id, url, note, base, match, first_seen_at, last_seen_at)
    select p_recording, v_producer, p_role, 'hand', p_by, 'hand', 'recording', p_role, p.name,
           linernotes.name_key(p.name),
           not exists (select from linernotes.external_ids e
                       where e.entity_type = 'producer' and e.scheme <> 'name'
                         and e.entity_id in (select linernotes.identities_of(v_producer))),
           p_track, p_url, nullif(p_why, ''), 0.99, 1, p_now, p_now
    from public.producers p where p.id = v_producer
    on conflict (recording_id, producer_id, role, source, record) do update
        set url = coalesce(excluded.url, k.url), note = coalesce(excluded.note, k.note), last_seen_at = p_now;
    perform linernotes.reconclude(array[p_recording], p_now);
end
$$;
