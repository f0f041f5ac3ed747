-- The letters of a title: accents, case, punctuation and spaces set aside. The index
-- albums_letters_idx rests on it: another rule takes a migration that builds it anew.
create or replace function linernotes.title_letters(p_title text) returns text
language sql immutable parallel safe set search_path = '' as $$
    select coalesce(linernotes.search_key(p_title), '');
$$;
revoke all on function linernotes.title_letters(text) from public;
