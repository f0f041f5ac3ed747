"""Characters: which are invisible, which are white space, which a search passes over, and how letters fold.

The same tables stand in `database/functions/linernotes/name_key.sql` and `search_key.sql`; a test compares both
for every character of Unicode. Change them together. Keys must not depend on the machine, so nothing here asks a
locale.
"""

from __future__ import annotations

import re
from unicodedata import normalize

# What takes no place on paper: controls, soft hyphen, zero-width and directional marks, joiners, variation
# selectors, the Hangul fillers, byte order marks, tags. Lone surrogates, which broken JSON can carry, go with them.
INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)

# Unicode's white space, the separators that count as space in Python, and the blank Braille cell.
SPACES = re.compile(
    "[\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2800\u3000]+"
)

# Marks above, below and through a letter, after a letter of the Latin, Greek or Cyrillic script or after the space
# that NFKC leaves of a spacing accent. Elsewhere a mark makes another letter (か and が, क and कि) and stays.
_ACCENTS = re.compile(
    "([ a-z\u00e0-\u02af\u0370-\u052f\u1c80-\u1c88\u1d00-\u1dbf\u1e00-\u1fff\u2c60-\u2c7f\ua640-\ua69f\ua720-\ua7ff"
    "\uab30-\uab6f])[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff]+"
)

# Signs that NFKC would turn into letters: "Mono™" is Mono, not Monotm.
_TRADE_MARKS = re.compile("[™℠]")

# Letters that no decomposition takes apart, by the plain letter they are searched as.
_VARIANTS = {
    "a": "ɑⱥ", "ae": "æ", "b": "ƀɓƃ", "c": "ȼ", "d": "đðɗɖ", "e": "əɛǝɇ", "f": "ƒ", "g": "ɠɣǥ", "h": "ħ", "hv": "ƕ",
    "i": "ıɨ", "j": "ɉ", "k": "ƙꝁ", "l": "łƚɫ", "n": "ŋɲɳƞ", "o": "øɔɵ", "oe": "œ", "p": "ƥꝑ", "q": "ĸꝗ", "r": "ɍ",
    "s": "$", "t": "ŧƭʈⱦ", "th": "þ", "u": "ʉ", "v": "ʋ", "y": "ƴɏ", "z": "ƶʒ",
}  # fmt: skip
_PLAIN = str.maketrans({variant: plain for plain, variants in _VARIANTS.items() for variant in variants})

# Punctuation and symbols of all scripts. Letters, marks and digits are never in here, except the apostrophe-like
# "letters" from U+02B9 on: 'ʻ' and 'ʼ' are apostrophes in names.
PUNCTUATION = re.compile(
    "[\u0021-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007e\u00a0-\u00bf\u00d7\u00f7\u02b9-\u02ff\u037e\u0384\u0385"
    "\u0387\u03f6\u0482\u055a-\u055f\u0589\u058a\u058d-\u058f\u05be\u05c0\u05c3\u05c6\u05f3\u05f4\u0606-\u060f"
    "\u061b-\u061f\u066a-\u066d\u06d4\u0700-\u070d\u0964\u0965\u0970\u0e3f\u0e4f\u0e5a\u0e5b\u0f04-\u0f12\u0f14\u0f3a-\u0f3d\u104a-\u104f"
    "\u10fb\u1360-\u1368\u1400\u166d\u166e\u169b\u169c\u16eb-\u16ed\u17d4-\u17d6\u17d8-\u17db\u1800-\u180a"
    "\u1fbd\u1fbf-\u1fc1\u1fcd-\u1fcf\u1fdd-\u1fdf\u1fed-\u1fef\u1ffd\u1ffe\u2000-\u2070\u207a-\u207e\u208a-\u208e"
    "\u20a0-\u2101\u2103-\u2106\u2108\u2109\u2114\u2116-\u2118\u211e-\u2123\u2125\u2127\u2129\u212e\u213a\u213b"
    "\u2140-\u2144\u214a-\u214d\u214f\u218a-\u245f\u249c-\u24e9\u2500-\u2775\u2794-\u2bff\u2e00-\u2e2e\u2e30-\u2e7f"
    "\u3000-\u3004\u3008-\u3020\u3030\u3036\u3037\u303d-\u303f\u309b\u309c\u30a0\u30fb\ua4fe\ua4ff\ua60d-\ua60f"
    "\ua6f2-\ua6f7\ua700-\ua716\ua720\ua721\ua789\ua78a\ue000-\uf8ff\ufd3e\ufd3f\ufe10-\ufe6f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
    "\uffe0-\uffef\ufffc\ufffd\U0001f000-\U0001f0ff\U0001f10d-\U0001fbef]+"
)

_I_FOR_EXCLAMATION = re.compile("!(?=[a-z])")


def fold_case(text: str) -> str:
    """NFKC and Unicode case folding: what differs only in case or in the way it is encoded becomes equal.

    Folded in the decomposed form, as the SQL twin does it, because a server's lower() knows single characters only.
    The last lower() turns Cherokee, which Unicode folds to capitals, the way every server's lower() does.
    """
    return normalize("NFKC", normalize("NFKD", text).casefold().lower())


def tidy(text: str) -> str:
    """Without invisible characters, with single plain spaces between words and none at the ends."""
    return SPACES.sub(" ", INVISIBLE.sub("", text)).strip(" ")


def plain_letters(folded: str) -> str:
    """Accents off, ł to l, ø to o, æ to ae, `$` to s, and `!` to i where a letter follows (`P!nk`, `!llmind`).

    Takes text whose case is folded. Keeps the letters of every script, and the marks that make other letters.
    """
    bare = _ACCENTS.sub(r"\1", normalize("NFD", folded)).translate(_PLAIN)
    return normalize("NFC", _I_FOR_EXCLAMATION.sub("i", bare))


def without_trade_marks(text: str) -> str:
    """Without the signs ™ and ℠."""
    return _TRADE_MARKS.sub("", text)
