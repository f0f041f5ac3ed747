-- Store or refresh one track of an album and note it in queue_metrics, all or nothing. Returns its id.
-- p_track_data: name, album_id, duration_ms, popularity, fullData (object), preview_url; what is absent or null
-- keeps its stored value. The same p_operation_id for the same track again changes nothing (decision D5). A track
-- that comes with another album_id moves there (decision D10).
-- Raises 22023 for a blank p_spotify_id, or a new track without name and album_id; 23503 for an unknown album.
create or replace function public.process_track_atomic(p_track_data jsonb, p_operation_id text, p_spotify_id text)
returns uuid language plpgsql security definer set search_path = '' as $$
declare
    v_data jsonb := linernotes.contract_require_object('p_track_data', p_track_data);
begin
    return linernotes.contract_process('track', 'track_discovery', p_operation_id, p_spotify_id, jsonb_build_object(
        'name', v_data ->> 'name',
        'album_id', v_data ->> 'album_id',
        'duration_ms', (v_data ->> 'duration_ms')::numeric::integer,
        'popularity', (v_data ->> 'popularity')::numeric::integer,
        'metadata', linernotes.contract_object_or_null(v_data -> 'fullData'),
        'preview_url', v_data ->> 'preview_url'));
end
$$;
revoke all on function public.process_track_atomic(jsonb, text, text) from public, anon, authenticated, service_role;
grant execute on function public.process_track_atomic(jsonb, text, text) to service_role;
