-- What a new embedded server is given, as its superuser.

-- name: roles
-- The owner of the database, who is not a superuser, and the three roles that a Supabase project has.
do $$
begin
    if to_regrole('linernotes') is null then
        create role linernotes login createdb createrole bypassrls;
        -- Not "$user": there is a schema of that name, and a name without its schema would mean another thing here
        -- than on servers where the owner is called otherwise.
        alter role linernotes set search_path to public, extensions;
    end if;
    if to_regrole('anon') is null then
        create role anon nologin noinherit;
    end if;
    if to_regrole('authenticated') is null then
        create role authenticated nologin noinherit;
    end if;
    if to_regrole('service_role') is null then
        create role service_role nologin noinherit bypassrls;
    end if;
    grant anon, authenticated, service_role to linernotes with admin option;
end
$$;

-- name: database_exists
select 1 from pg_database where datname = 'linernotes';

-- name: create_database
create database linernotes owner linernotes template template0;
