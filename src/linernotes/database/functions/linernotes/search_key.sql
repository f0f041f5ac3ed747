-- The key under which a typed name finds a stored one (rule P1): accents, punctuation and spaces forgiven, $ is s,
-- and ! is i where a letter follows. Letters of every script stay. NULL for NULL and for a text without a visible
-- character; a name of signs alone, such as '!!!', keeps its name key.
-- The twin of linernotes.model.names.search_key; the tables are those of model/letters.py. Its own tables and not
-- unaccent, whose rules file a server may change under an index.
create or replace function linernotes.search_key(p_name text) returns text
language sql immutable parallel safe strict
set search_path = ''
as $$
    with key as (
        select coalesce(linernotes.name_key(translate(p_name, '™℠', '')), linernotes.name_key(p_name)) as name
    ), without_accents as (
        select regexp_replace(normalize(name, nfd),
            '([ a-z\u00e0-\u02af\u0370-\u052f\u1c80-\u1c88\u1d00-\u1dbf\u1e00-\u1fff\u2c60-\u2c7f'
            '\ua640-\ua69f\ua720-\ua7ff\uab30-\uab6f])[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff]+', '\1', 'g') as bare
        from key
    ), plain as (
        select normalize(regexp_replace(
            replace(replace(replace(replace(
                translate(bare,
                    'ɑⱥƀɓƃȼđðɗɖəɛǝɇƒɠɣǥħıɨɉƙꝁłƚɫŋɲɳƞøɔɵƥꝑĸꝗɍ$ŧƭʈⱦʉʋƴɏƶʒ',
                    'aabbbcddddeeeefggghiijkklllnnnnoooppqqrsttttuvyyzz'),
                'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'), 'ƕ', 'hv'),
            '!(?=[a-z])', 'i', 'g'), nfc) as name
        from without_accents
    )
    select coalesce(nullif(replace(regexp_replace(name,
            '[\u0021-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007e\u00a0-\u00bf\u00d7\u00f7\u02b9-\u02ff'
            '\u037e\u0384\u0385\u0387\u03f6\u0482\u055a-\u055f\u0589\u058a\u058d-\u058f\u05be\u05c0\u05c3'
            '\u05c6\u05f3\u05f4\u0606-\u060f\u061b-\u061f\u066a-\u066d\u06d4\u0700-\u070d\u0964\u0965\u0970'
            '\u0e3f\u0e4f\u0e5a\u0e5b\u0f04-\u0f12\u0f14\u0f3a-\u0f3d\u104a-\u104f\u10fb\u1360-\u1368\u1400'
            '\u166d\u166e\u169b\u169c\u16eb-\u16ed\u17d4-\u17d6\u17d8-\u17db\u1800-\u180a\u1fbd\u1fbf-\u1fc1'
            '\u1fcd-\u1fcf\u1fdd-\u1fdf\u1fed-\u1fef\u1ffd\u1ffe\u2000-\u2070\u207a-\u207e\u208a-\u208e'
            '\u20a0-\u2101\u2103-\u2106\u2108\u2109\u2114\u2116-\u2118\u211e-\u2123\u2125\u2127\u2129\u212e'
            '\u213a\u213b\u2140-\u2144\u214a-\u214d\u214f\u218a-\u245f\u249c-\u24e9\u2500-\u2775\u2794-\u2bff'
            '\u2e00-\u2e2e\u2e30-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\u3036\u3037\u303d-\u303f\u309b\u309c'
            '\u30a0\u30fb\ua4fe\ua4ff\ua60d-\ua60f\ua6f2-\ua6f7\ua700-\ua716\ua720\ua721\ua789\ua78a'
            '\ue000-\uf8ff\ufd3e\ufd3f\ufe10-\ufe6f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65'
            '\uffe0-\uffef\ufffc\ufffd\U0001f000-\U0001f0ff\U0001f10d-\U0001fbef]+', '', 'g'),
            ' ', ''), ''), linernotes.name_key(p_name))
    from plain;
$$;
