"""A name taken apart for comparing: its words, nickname, Jr. or Sr., and of how many people it is.

General knowledge of how names are written, no list of people. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from linernotes.model.letters import PUNCTUATION, plain_letters
from linernotes.model.names import name_key

SUFFIXES = {"jr": "Jr.", "sr": "Sr.", "2nd": "II", "3rd": "III", "4th": "IV"}
_SUFFIX_WORDS = {
    "jr": "jr", "jnr": "jr", "junior": "jr", "sr": "sr", "snr": "sr", "senior": "sr",
    "ii": "2nd", "iii": "3rd", "iv": "4th",
}  # fmt: skip

GROUP_WORDS = frozenset({
    "trio", "quartet", "quintet", "sextet", "septet", "octet", "band", "bigband", "orchestra", "orchestre",
    "orchester", "ensemble", "choir", "chorus", "chor", "choeur", "brothers", "sisters", "singers", "swingsters",
    "allstars", "philharmonic", "symphony",
})  # fmt: skip
"""Words that make a name one of several people: the Ann Lee Trio is not Ann Lee."""

# A nickname: what stands in quotes or brackets between words.
_NICKNAME = re.compile(
    r"""(?:^|(?<=\s))(?:["“”„«‟][^"“”„«»‟]+["“”»‟]|[‘'][^‘’']+(?:[’'][^‘’'\s]+)*[’']|\([^()]+\))(?=\s|,|$)"""
)
_JOINT = re.compile(r"\s*[;/&+]\s*|\s+(?:and|und|et|vs\.?)\s+", re.IGNORECASE)
_GERMAN = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"}

# First names and what they are called for short, apart by `|`. Longer forms that begin with the short one
# (Rob, Robert) need no line.
_SHORT_FORMS = """
anthony tony | albert bert al | alexander alex sandy xander sasha | andrew drew andy
elizabeth liz beth betty lisa | antonio tony | arthur art | barbara barb babs | benjamin ben benny
bernard bernie | charles charlie chuck chas | catherine kate cathy kathy katie | christopher chris kit topher
david dave davy | deborah debbie deb | donald don | dorothy dot dottie | edward ed eddie ted ned
edwin ed eddie | eugene gene | florence flo | francis frank | frederick fred freddie | gerald gerry jerry
gilbert gil bert | gregory greg | harold harry hal | henry hank harry | herbert herb bert
james jim jimmy jamie | jacob jake | jeffrey jeff | geoffrey geoff | jennifer jenny | joseph joe joey
john johnny jack jonny | jonathan jon jonny | katherine kate kathy katie kat | kenneth ken kenny
lawrence larry | laurence larry | leonard len lenny leo | louis lou louie | margaret maggie peggy meg marge
martin marty | matthew matt matty | michael mike mick mickey | nathaniel nate | nathan nate
nicholas nick nicky nico | patrick pat paddy | patricia pat patty trish | peter pete | philip phil
raymond ray | rebecca becky | reginald reg reggie | richard rick ricky dick rich richie
robert bob bobby rob robbie bert | ronald ron ronnie | russell russ | samuel sam sammy | stephen steve stevie
steven steve stevie | susan sue susie | terence terry | theodore ted teddy theo | thomas tom tommy
timothy tim | victor vic | vincent vince vinny | walter walt wally | wilfred wilf | william will bill billy
wilhelm willi | zachary zach zack
"""
_FORMS: dict[str, frozenset[str]] = {}
for _line in _SHORT_FORMS.replace("\n", "|").split("|"):
    for _word in (_words := _line.split()):
        _FORMS[_word] = _FORMS.get(_word, frozenset()) | frozenset(_words[:1])


@dataclass(frozen=True, slots=True)
class NameParts:
    """words: plain lower-case words without the leading "The", joining words, nicknames and suffix.

    nicknames: what stood in quotes. suffix: a key of SUFFIXES or "". people: how many it names, at least.
    """

    words: tuple[str, ...]
    nicknames: frozenset[str]
    suffix: str
    people: int

    @property
    def core(self) -> str:
        """The letters of the words, in their order."""
        return "".join(self.words)


@lru_cache(maxsize=20_000)
def parts_of(name: str) -> NameParts:
    """The name taken apart. Raises ValueError for a name without a visible character."""
    key = name_key(name)
    nicknames = frozenset(n for found in _NICKNAME.findall(key) if (n := "".join(_words_of(found))))
    without = _NICKNAME.sub(" ", key)
    if not _words_of(without):
        without, nicknames = key, frozenset()
    pieces = [piece for piece in _JOINT.split(without) if _words_of(piece)]
    words = [word for piece in pieces for word in _words_of(piece)]
    suffix = ""
    if len(words) > 2 and words[-1] in _SUFFIX_WORDS:
        suffix = _SUFFIX_WORDS[words.pop()]
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    elif len(words) > 1 and words[-1] == "the":  # Beatles, The
        words = words[:-1]
    return NameParts(tuple(words), nicknames, suffix, len(pieces))


def _words_of(text: str) -> list[str]:
    """The words in plain letters; a point ends an initial (`J.R.` is two words), other signs inside a word go."""
    german = "".join(_GERMAN.get(letter, letter) for letter in text.replace(".", ". "))
    return [word for part in plain_letters(german).split() if (word := PUNCTUATION.sub("", part))]


def short_forms_meet(a: str, b: str) -> bool:
    """Whether two first names can be one: Dave and David, Rob and Robbie, Jeff and Jeffrey, Robby and Robbie."""
    if _FORMS.get(a, frozenset({a})) & _FORMS.get(b, frozenset({b})):
        return True
    short, long = sorted((_stem(a), _stem(b)), key=len)
    return short == long or (len(short) >= 3 and long.startswith(short))


def _stem(name: str) -> str:
    """Without the ending of endearment: Robbie, Robby -> rob; Johnny -> john."""
    bare = re.sub(r"(?<=[a-z]{3})(?:ie|y|i)$", "", name)
    return bare[:-1] if bare != name and len(bare) > 3 and bare[-1] == bare[-2] else bare
