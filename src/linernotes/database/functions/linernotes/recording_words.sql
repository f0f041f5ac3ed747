-- The words that a recording is found by: of its title and, accents and punctuation set aside, of its artist. The index
-- recordings_words_idx rests on it: another rule takes a migration that builds it anew.
create or replace function linernotes.recording_words(p_title_key text, p_artist_key text) returns tsvector
language sql immutable parallel safe set search_path = '' as $$
    select array_to_tsvector(array_remove(string_to_array(left(p_title_key, 300) || ' ' || left(
        regexp_replace(regexp_replace(normalize(translate(p_artist_key, 'øłđðħı', 'olddhi'), nfd),
            '[\u0300-\u036f''’.]', '', 'g'), '[[:punct:]]+', ' ', 'g'), 200), ' '), ''));
$$;
revoke all on function linernotes.recording_words(text, text) from public;
