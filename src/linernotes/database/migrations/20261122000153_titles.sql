-- Songs and albums are found by their titles. On an empty base search_key, which title_letters calls, comes after this.
set local check_function_bodies = off;
create or replace function linernotes.title_letters(p_title text) returns text
language sql immutable parallel safe set search_path = '' as $$
    select coalesce(linernotes.search_key(p_title), '');
$$;
create or replace function linernotes.recording_words(p_title_key text, p_artist_key text) returns tsvector
language sql immutable parallel safe set search_path = '' as $$
    select array_to_tsvector(array_remove(string_to_array(left(p_title_key, 300) || ' ' || left(
        regexp_replace(regexp_replace(normalize(translate(p_artist_key, 'øłđðħı', 'olddhi'), nfd),
            '[\u0300-\u036f''’.]', '', 'g'), '[[:punct:]]+', ' ', 'g'), 200), ' '), ''));
$$;
revoke all on function linernotes.title_letters(text), linernotes.recording_words(text, text) from public;
create index recordings_words_idx on linernotes.recordings
    using gin (linernotes.recording_words(title_key, artist_key));
create index recordings_title_idx on linernotes.recordings (left(title_key, 200) text_pattern_ops);
set local search_path = public, extensions;
create index recordings_text_idx on linernotes.recordings using gin ((title_key || ' ' || artist_key) gin_trgm_ops);
create index albums_letters_idx on public.albums using gin (linernotes.title_letters(name) gin_trgm_ops);
-- Tracks that another program stored have no recording of ours.
create index tracks_alone_idx on public.tracks using gin (lower(name) gin_trgm_ops) where recording_id is null;
reset search_path;
