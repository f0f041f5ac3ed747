-- Store or refresh one album of an artist and note it in queue_metrics, all or nothing. Returns its id.
-- p_album_data: name, artist_id, release_date (year, month or day), fullData (object), cover_url; what is absent,
-- null, or a date that is none, keeps its stored value. The same p_operation_id for the same album again changes
-- nothing (decision D5). An album that comes with another artist_id moves there (decision D10).
-- Raises 22023 for a blank p_spotify_id, or a new album without name and artist_id; 23503 for an unknown artist.
create or replace function public.process_album_atomic(p_album_data jsonb, p_operation_id text, p_spotify_id text)
returns uuid language plpgsql security definer set search_path = '' as $$
declare
    v_data jsonb := linernotes.contract_require_object('p_album_data', p_album_data);
begin
    return linernotes.contract_process('album', 'album_discovery', p_operation_id, p_spotify_id, jsonb_build_object(
        'name', v_data ->> 'name',
        'artist_id', v_data ->> 'artist_id',
        'release_date', btrim(v_data ->> 'release_date'),
        'metadata', linernotes.contract_object_or_null(v_data -> 'fullData'),
        'cover_url', v_data ->> 'cover_url'));
end
$$;
revoke all on function public.process_album_atomic(jsonb, text, text) from public, anon, authenticated, service_role;
grant execute on function public.process_album_atomic(jsonb, text, text) to service_role;
