-- Whom an answer names by an id of somebody who was forgotten and, beside it, by one of somebody who is here: they are
-- told apart or forgotten again (linernotes.forget_again). p_people: as in resolve_producers.
create or replace function linernotes.meet_forgotten(p_people jsonb, p_source text, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
    perform linernotes.forget_again((
        select jsonb_agg(jsonb_build_object('producer_id', x.entity_id, 'receipt_id', l.receipt_id))
        from linernotes.people_on_the_list(p_people) l
        cross join lateral jsonb_to_recordset(p_people -> (l.place - 1)::integer -> 'ids') as i(scheme text, value text)
        join linernotes.external_ids x on x.entity_type = 'producer' and x.scheme = i.scheme and x.value = i.value
        where i.scheme <> 'name'), p_source, p_now);
end
$$;
revoke all on function linernotes.meet_forgotten(jsonb, text, timestamptz) from public;
