-- Many new ids at once. linernotes.new_uuid() pins its search_path, as every function here does, so the server calls it
-- for each row; this is called once a batch. Time-ordered where the server makes such ids, as new_uuid is.
do $$
begin
    if current_setting('server_version_num')::int >= 180000 then
        create function linernotes.new_uuids(p_count integer) returns setof uuid
            language sql volatile parallel safe set search_path = ''
            as 'select pg_catalog.uuidv7() from pg_catalog.generate_series(1, p_count)';
    else
        create function linernotes.new_uuids(p_count integer) returns setof uuid
            language sql volatile parallel safe set search_path = ''
            as 'select pg_catalog.gen_random_uuid() from pg_catalog.generate_series(1, p_count)';
    end if;
end
$$;
revoke all on function linernotes.new_uuids(integer) from public;
