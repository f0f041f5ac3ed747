-- The producers of those people about whom these claims are (linernotes.resolve_producers), an array as long as p_people;
-- null at the place of who is claimed nothing of. p_people and p_claims: as in store_claims.
create or replace function linernotes.resolve_claimed(
    p_people jsonb, p_claims jsonb, p_source text, p_now timestamptz
) returns uuid[] language plpgsql set search_path = '' as $$
declare
    v_claimed bigint[];
begin
    select array_agg(distinct (c ->> 'person')::bigint order by (c ->> 'person')::bigint) into v_claimed
    from jsonb_array_elements(p_claims) c;
    if v_claimed is null then
        return array_fill(null::uuid, array[jsonb_array_length(p_people)]);
    end if;
    return (
        select array_agg(r.producer_id order by e.ord)
        from jsonb_array_elements(p_people) with ordinality e(body, ord)
        left join linernotes.resolve_producers((
            select jsonb_agg(p_people -> (u.ord - 1)::integer order by u.nth)
            from unnest(v_claimed) with ordinality u(ord, nth)), p_source, p_now) r on v_claimed[r.ord] = e.ord);
end
$$;
revoke all on function linernotes.resolve_claimed(jsonb, jsonb, text, timestamptz) from public;
