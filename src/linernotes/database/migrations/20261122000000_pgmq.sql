-- PGMQ, before anything needs it. `linernotes db migrate` has installed it by now; for a server that has the extension
-- this does, and for any other `linernotes db sql` writes PGMQ's own SQL in front of it.

do $$
begin
    if to_regnamespace('pgmq') is null then
        create extension if not exists pgmq;
    end if;
end
$$;
