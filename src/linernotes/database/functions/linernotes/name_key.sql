-- The key under which equal names are equal (rule P1): NFKC, case folded, spaces collapsed, every script kept.
-- NULL for NULL and for a text without a visible character; the caller raises. A key's key is itself.
-- The twin of linernotes.model.names.name_key; the tables are those of model/letters.py. Case folds as Unicode says,
-- which lower() alone does not do: ß becomes ss, a final ς becomes σ, the iota below a Greek vowel stands beside it.
-- Letters younger than Unicode 14 may differ between a server and Python. The database needs the encoding UTF8 and
-- a locale that knows letters beyond ASCII, such as C.UTF-8: in the locale C, lower() leaves 'Ł' as it is.
create or replace function linernotes.name_key(p_name text) returns text
language sql immutable parallel safe strict
set search_path = ''
as $$
    with visible as (
        select regexp_replace(regexp_replace(p_name,
            '[\u0001-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5'
            '\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb'
            '\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+', '', 'g'),
            '[\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2800\u3000]+', ' ', 'g') as name
    ), folded as (
        select normalize(
            translate(
                replace(lower(normalize(name, nfkd)), U&'\00DF', 'ss'),
                U&'\03C2\0345\1C80\1C81\1C82\1C83\1C84\1C85\1C86\1C87\1C88',
                U&'\03C3\03B9\0432\0434\043E\0441\0442\0442\044A\0463\A64B'
            ), nfkc) as name
        from visible
    )
    -- NFKC writes some single characters as several words (the Arabic ligature of a whole blessing).
    select nullif(btrim(regexp_replace(name, ' +', ' ', 'g'), ' '), '') from folded;
$$;
