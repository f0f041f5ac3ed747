-- Enqueue the search for one artist by name. Returns the msg_id.
-- Calling twice gives two messages with one key; the consumer drops the second (decision D8).
-- Raises 22023 for a blank name; what sending raises keeps its SQLSTATE.
create or replace function public.start_artist_discovery(artist_name text) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
    v_name text := regexp_replace(artist_name, '^\s+|\s+$', '', 'g');
begin
    if v_name is null or v_name = '' then
        raise exception using errcode = '22023', message = 'artist_name must not be blank';
    end if;
    return public.pg_enqueue('artist_discovery', jsonb_build_object(
        'artistName', v_name,
        '_idempotencyKey', 'artist:name:' || lower(regexp_replace(v_name, '\s+', ' ', 'g'))));
end
$$;
revoke all on function public.start_artist_discovery(text) from public, anon, authenticated, service_role;
grant execute on function public.start_artist_discovery(text) to service_role;
