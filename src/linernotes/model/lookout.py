"""Looking for one person in what sources answered, by every spelling of their names and by their ids.

Thousands of answers are looked through while others wait, so what cannot hold a name is passed over at the speed of
bytes: only where the letters of a name stand in a row is a text looked at closely. Where in doubt, it names them: an
answer that is dropped costs a call. Nothing here touches a network, a clock or a database.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from linernotes.model.forgetting import name_in, texts_in, words_in
from linernotes.model.letters import PUNCTUATION, fold_case, plain_letters, tidy, without_trade_marks

LONG_NAME = 8
"""Letters. A name of so many is no part of other words by chance."""

_SIGNS = bytes(n for n in range(128) if not chr(n).isalnum() and chr(n) != "$")
_PLAIN = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ$", b"abcdefghijklmnopqrstuvwxyzs")
_I_FOR_EXCLAMATION = re.compile(rb"!(?=[A-Za-z])")
_REQUEST_WORDS = re.compile(r"[^0-9A-Za-z._~-]+")


@dataclass(frozen=True, slots=True)
class Lookout:
    """Whom to look for: search keys of names, names as they are written, and ids, in small letters."""

    names: frozenset[str]
    spellings: tuple[str, ...]
    ids: frozenset[str]
    _word: re.Pattern[str]

    @classmethod
    def for_person(cls, names: Sequence[str], spellings: Sequence[str], ids: Sequence[str]) -> Lookout:
        """A lookout for somebody with these search keys, names and ids."""
        written = "|".join(re.escape(s) for s in spellings if s) or r"(?!)"
        word = re.compile(rf"(?<!\w)(?:{written})(?!\w)", re.IGNORECASE)
        return cls(frozenset(names), tuple(spellings), frozenset(i.lower() for i in ids), word)

    def finds(self, request: str, body: bytes) -> bool:
        """Whether an answer, or the request for it, names them."""
        if any(self._named_in(word) for word in _REQUEST_WORDS.split(request)):
            return True
        if body.isascii() and b"\\u" not in body and not self._perhaps_in(body):
            return False
        texts = list(texts_in(body))
        plain = "\n".join(t for t in texts if t.isascii())
        closely = texts if self._perhaps_in(plain.encode()) else [t for t in texts if not t.isascii()]
        return any(self._named_in(text) for text in closely)

    def _perhaps_in(self, text: bytes) -> bool:
        small = text.lower()
        if any(i.encode() in small for i in self.ids):
            return True
        letters = _I_FOR_EXCLAMATION.sub(b"i", text).translate(_PLAIN, _SIGNS)
        # A name of signs alone has no letters to look for.
        return any(n.encode() in letters for n in self.names if n.isalnum()) or any(
            n.encode() in text for n in self.names if not n.isalnum()
        )

    def _named_in(self, text: str) -> bool:
        if words_in(text) & self.ids or name_in(text) in self.names or self._word.search(text):
            return True
        letters = _letters(text)
        return any(len(n) >= LONG_NAME and n in letters for n in self.names)


def _letters(text: str) -> str:
    folded = plain_letters(fold_case(tidy(without_trade_marks(text))))
    return PUNCTUATION.sub("", folded).replace(" ", "")
