-- Store or refresh one artist and note it in queue_metrics, all or nothing. Returns its id.
-- p_artist_data: name, followers, popularity, fullData (object), image_url; what is absent or null keeps its stored
-- value. The same p_operation_id for the same artist again changes nothing (decision D5); a null one is not checked.
-- Raises 22023 for a blank p_spotify_id, or a new artist without name.
create or replace function public.process_artist_atomic(p_artist_data jsonb, p_operation_id text, p_spotify_id text)
returns uuid language plpgsql security definer set search_path = '' as $$
declare
    v_data jsonb := linernotes.contract_require_object('p_artist_data', p_artist_data);
begin
    return linernotes.contract_process('artist', 'artist_discovery', p_operation_id, p_spotify_id, jsonb_build_object(
        'name', v_data ->> 'name',
        'followers', (v_data ->> 'followers')::numeric::integer,
        'popularity', (v_data ->> 'popularity')::numeric::integer,
        'metadata', linernotes.contract_object_or_null(v_data -> 'fullData'),
        'image_url', v_data ->> 'image_url'));
end
$$;
revoke all on function public.process_artist_atomic(jsonb, text, text)
    from public, anon, authenticated, service_role;
grant execute on function public.process_artist_atomic(jsonb, text, text) to service_role;
