-- Who may do what. The roles are Supabase's; where they are missing they are made.
--
--   anon            calls the two reading functions for producers, and reads the columns these need, nothing else
--   authenticated   the same
--   service_role    calls the functions of the contract, and reads the tables of public
--   the owner       everything else: schema linernotes, the queues, and every change
--
-- What a caller may do follows from what its own role may read wherever that is enough (SECURITY INVOKER): the two
-- functions for anon, the advisory locks, and what only reads tables of public or the catalog. The functions that
-- write, or that reach schema linernotes or pgmq, are SECURITY DEFINER with an empty search_path: so no role needs a
-- right to write, and service_role can change nothing but through them. The EXECUTE rights stand in each function's
-- file, since the files are applied anew when they change.

do $$
declare
    v_role text;
begin
    foreach v_role in array array['anon', 'authenticated', 'service_role'] loop
        if not exists (select from pg_catalog.pg_roles r where r.rolname = v_role) then
            begin
                execute format('create role %I nologin noinherit', v_role);
            exception
                when duplicate_object or unique_violation then
                    null;  -- made this moment for another database of this server
                when insufficient_privilege then
                    raise exception using errcode = '42501',
                        message = format('role %I is missing, and %I may not create it', v_role, current_user),
                        hint = format('As an administrator: create role %I nologin noinherit; grant %I to %I;',
                                      v_role, v_role, current_user);
            end;
        end if;
        -- Requests run under these roles, so the owner must be able to become each of them.
        if not pg_catalog.pg_has_role(current_user, v_role, 'MEMBER') then
            begin
                execute format('grant %I to %I', v_role, current_user);
            exception
                when unique_violation or insufficient_privilege then
                    raise notice 'could not grant % to %; requests cannot run under it', v_role, current_user;
            end;
        end if;
    end loop;

    -- A statement of a stranger ends after this time at the latest, when the session begins under that role; who
    -- changes the role within a session sets statement_timeout too.
    begin
        execute format('alter role anon in database %I set statement_timeout = %L', current_database(), '3s');
        execute format('alter role authenticated in database %I set statement_timeout = %L', current_database(), '8s');
    exception
        when insufficient_privilege then
            raise notice 'the statement_timeout of anon and authenticated stays as it is';
    end;
end
$$;

grant usage on schema public to anon, authenticated, service_role;
revoke create on schema public from public, anon, authenticated, service_role;
revoke all on schema linernotes from public, anon, authenticated, service_role;
revoke all on all functions in schema linernotes from public;

-- TRUNCATE too, which row-level security would not stop.
revoke all on
    public.artists, public.albums, public.tracks, public.producers, public.track_producers, public.producer_stats,
    public.producer_texts, public.processing_status, public.processing_locks, public.queue_registry, public.queue_metrics,
    public.monitoring_events, public.worker_issues
    from public, anon, authenticated, service_role;
revoke all on sequence public.queue_registry_id_seq from public, anon, authenticated, service_role;

-- What search_producers and get_producer_collaborations read. No contact, no raw metadata.
grant select (id, name, normalized_name, instagram_handle, image_url) on public.producers to anon, authenticated;
grant select (producer_id, name, search_text, track_count, artist_count) on public.producer_stats
    to anon, authenticated;
grant select (producer_id, search_text) on public.producer_texts to anon, authenticated;
grant select (track_id, producer_id) on public.track_producers to anon, authenticated;
grant select (id, name, album_id) on public.tracks to anon, authenticated;
grant select (id, name, artist_id, release_date) on public.albums to anon, authenticated;
grant select (id, name, image_url) on public.artists to anon, authenticated;
grant select on
    public.artists, public.albums, public.tracks, public.producers, public.track_producers, public.producer_stats,
    public.producer_texts, public.processing_status, public.processing_locks, public.queue_registry, public.queue_metrics,
    public.monitoring_events, public.worker_issues
    to service_role;

-- Rows: all of the tables that anon may read are public facts. Nobody but the owner passes a policy for writing,
-- since there is none.
create policy artists_are_public on public.artists for select to anon, authenticated, service_role using (true);
create policy albums_are_public on public.albums for select to anon, authenticated, service_role using (true);
create policy tracks_are_public on public.tracks for select to anon, authenticated, service_role using (true);
create policy producers_are_public on public.producers for select to anon, authenticated, service_role using (true);
create policy credits_are_public on public.track_producers
    for select to anon, authenticated, service_role using (true);
create policy stats_are_public on public.producer_stats
    for select to anon, authenticated, service_role using (true);
create policy texts_are_public on public.producer_texts
    for select to anon, authenticated, service_role using (true);
create policy operators_read on public.processing_status for select to service_role using (true);
create policy operators_read on public.processing_locks for select to service_role using (true);
create policy operators_read on public.queue_registry for select to service_role using (true);
create policy operators_read on public.queue_metrics for select to service_role using (true);
create policy operators_read on public.monitoring_events for select to service_role using (true);
create policy operators_read on public.worker_issues for select to service_role using (true);

-- What is made later is closed until it is opened: EXECUTE would go to everybody, and on Supabase every right on a
-- new table of public to all three roles.
alter default privileges revoke execute on functions from public;
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke execute on functions from anon, authenticated, service_role;
