-- The job expired-answers-job: kept answers whose time is over go; nobody reads them any more. Returns how many.
create or replace function linernotes.drop_expired_answers(p_now timestamptz default clock_timestamp())
returns bigint language plpgsql set search_path = '' as $$
declare
    v_dropped bigint;
begin
    delete from linernotes.responses r where r.expires_at <= p_now;
    get diagnostics v_dropped = row_count;
    return v_dropped;
end
$$;
revoke all on function linernotes.drop_expired_answers(timestamptz) from public;
