"""What the suffix of a title says: a version, guests, a note of the publisher, or words of the title (rule I4).

A *suffix* is what stands in brackets or after a dash: `Radio Edit`, `Live at Wembley / 2014 Remaster`, `feat. X`.
Read word by word and never by substring: `Live Forever`, `Alive` and `Left. Right` are titles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce

from linernotes.model.letters import fold_case, plain_letters, tidy


class VersionClass(StrEnum):
    """In what a recording differs from the first one of its title."""

    ORIGINAL = "original"
    REMASTER = "remaster"
    EDIT = "edit"
    EXTENDED = "extended"
    LIVE = "live"
    ACOUSTIC = "acoustic"
    INSTRUMENTAL = "instrumental"
    DEMO = "demo"
    REMIX = "remix"
    ALTERED_SPEED = "altered_speed"
    RERECORDED = "rerecorded"
    COVER = "cover"


_ME_AND_YOU = r"(?!(?:me|my|you|your|it|him|her|us|love|a|this|that)\b)"
_BROADCASTERS = "live|bbc|radio|peel|spotify|apple music|amazon|deezer|aol|itunes|home|stripped|acoustic|studio|kexp"

# The first class whose words are found names the version, so the one that changes most who made it stands first.
_CLASSES = {
    VersionClass.COVER: (
        r"\bkaraoke\b|^cover$|^cover (version|of|by)\b|\bcover version\b|\w (?<!under )(?<!for )(?<!take )cover$"
        r"|^tribute (to|version)\b|\btribute version\b|\bmade famous by\b|\boriginally (performed|recorded) by\b"
        r"|^in the style of\b"
    ),
    VersionClass.RERECORDED: r"\bre-?record(ed|ing)\b|\bnew recording\b|\w's version$",
    VersionClass.REMIX: (
        r"\bre-?mix(e[sd])?\b(?! to\b)|\brmx\b|(^|\s)(vip|dub)( mix| edit)?$|(?<!live )\bbootleg\b|\bmash-?up\b"
        r"|\bre-?work(ed)?$|\b(refix|reboot|revibe|flip)$|\bremake\b|\bre-edit$"
    ),
    VersionClass.LIVE: (
        rf"^live$|^live (at|@)|^live (in|on|from|with) {_ME_AND_YOU}\w|^live,? '?\d"
        r"|\blive (version|sessions?|recording|performance|take|video|edit|mix|acoustic|lounge|studio)\b"
        r"|\b(acoustic|orchestral|mtv|bbc|unplugged) live\b|\brecorded (live )?(at|in|on)\b|\b(ao|en|dal|al) vivo\b"
        r"|\ben (directo|concierto|concert)\b|\bin concert\b|\bmtv unplugged\b|\b(tiny desk|colors show)\b"
        rf"|\b({_BROADCASTERS}) sessions?\b|\b(voice|idol|four|x factor|tv|grammy) performance$"
    ),
    VersionClass.DEMO: (
        r"\bdemos?\b|\bout-?takes?\b|\b(alternate|alternative|alt\.?|early|first) (take|version)\b|^take \d+\b"
        r"|\btake \d+$|\brehearsal\b|\brough mix\b|\bwork(ing)? (tape|version)\b"
    ),
    VersionClass.ACOUSTIC: (
        r"\ba(cou|cu|kus)st?i[ck][ao]?\b|\bacoustique\b|\bunplugged\b|^stripped$|\bstripped (down|back|version)\b"
        r"|\bpiano version\b"
    ),
    VersionClass.ALTERED_SPEED: (
        r"\b(sped|speed)[ -]?up\b|\bslowed\b|\bnightcore\b|\bdaycore\b|\bchopped (and|&|n|'n'?) screwed\b"
    ),
    VersionClass.INSTRUMENTAL: r"\binstrumental[ae]?s?\b|\bbacking track\b",
    VersionClass.EXTENDED: (
        r"\bextended\b|\b12(\"| ?inch\b)|\blong(er)? (version|mix|edit)\b|\bmaxi (version|single)\b"
        r"|^(extended )?club mix$|^(long |extended )?dance mix$|\bfull[ -]length\b"
    ),
    # A new mix of the same takes keeps its producers, as an edit does.
    VersionClass.EDIT: (
        r"\bradio (edit|mix|version|cut|single)\b|\bedit(ed)?\b|\bshort(er)? (version|cut|mix)\b|\bsingle mix\b"
        r"|\bvideo (mix|version)\b|\b(rapless|no rap)\b|^mixed$|^mix cut$|\ba ?c+ap+el+a\b"
        r"|^(\d{4} )?(new )?(stereo |mono )?(\d{4} )?mix$|^7\" (mix|single)$"
    ),
    VersionClass.REMASTER: r"\bre-?master(ed|ing)?\b|\bremasteri[zs](ad[ao]|e)\b",
}

# Notes of the publisher, which make no other recording. Some words do so alone, others only with "version".
_PRESSING = (
    r"(album|lp|ep|single|main|standard|studio|street|explicit|clean|dirty|censored|uncensored|mono|stereo|mono/stereo"
    r"|us|usa|u\.s\.|uk|u\.k\.|european|international|soundtrack|film|movie|tv|final|full|hit|cd|digital|45|7\"|deluxe"
    r"|original|vocal|greatest hits|special edition|(\d+(st|nd|rd|th) )?anniversary)"
)
_ALONE = r"(original|explicit|clean|dirty|mono|stereo|main|deluxe|uncensored|single|digital single)"
_ON_FILM = r"(motion picture|film|movie|musical|soundtrack|series|show)"
_NOTE = re.compile(
    rf"^(the )?{_PRESSING}( {_PRESSING})* (version|recording|edition|release)$|^{_ALONE}$"
    r"|^original( club)? (mix|recording)$|^(album|main|mono|stereo) mix$|^(\w+ )?bonus( track)?$|^hidden track$"
    r"|^explicit (content|lyrics)$|^(official )?((music |lyrics? )?(video|audio)|visuali[sz]er)$"
    r"|^prod(uced|\.)? ?(by)?\b ?\S.*"
    rf"|^((theme |original |title )?(song|music|theme|score) )?from (the )?(\w+ ){{0,4}}?({_ON_FILM}\b.*|\".+)"
    rf"|^from ('|.+\bsoundtrack\b)|^(original )?({_ON_FILM} |tv |television )*soundtrack( version)?$"
)

_GUESTS = re.compile(r"(?:^|\s)(?:feat\.?|ft\.?|featuring|duet with|duet w/)\s+\S", re.IGNORECASE)
# Catalogues write "(with The Weeknd)" for a guest; "(With the Lights Out)" is a title.
_WITH = re.compile(r"^(?:(?-i:with [Tt]he |con )(?=(?-i:[A-Z]))|(?:with|w/) )(?P<who>\S+)", re.IGNORECASE)
_NOBODY = frozenset({
    "a", "all", "an", "any", "every", "everyone", "everything", "her", "him", "his", "it", "its", "love", "me", "my",
    "myself", "no", "nothing", "or", "our", "out", "pleasure", "that", "the", "their", "them", "this", "two", "us",
    "you", "your", "yours",
})  # fmt: skip
_YEAR = re.compile(r"^(19|20)\d\d$")
_DATE = re.compile(
    r"^((jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z.]* )?(\d{1,2},? )?(19|20)\d\d$", re.IGNORECASE
)
_PARTS = re.compile(r"\s*[/;]\s*|\s+[-–—]\s+|,\s+(?=\d{4}\b)")
_STRAIGHT = str.maketrans("’‘ʼ´`“”„″", "'''''\"\"\"\"")


@dataclass(frozen=True, slots=True)
class Suffix:
    """A suffix that is no part of the title. maker is who remixed or edited, where it says so."""

    version: VersionClass = VersionClass.ORIGINAL
    maker: str | None = None


def stronger(a: Suffix, b: Suffix) -> Suffix:
    """The one that changes more of who made the recording; the first of two that change as much."""
    return min(a, b, key=lambda s: _STRENGTH.index(s.version))


def read_suffix(text: str, *, after_dash: bool = False) -> Suffix | None:
    """What a suffix says, or None when its words belong to the title: `(Part 1)`, `(I Can't Get No)`, `- Intro`."""
    text = tidy(text)
    if _names_guests(text):
        return Suffix()
    if after_dash and _DATE.match(text):
        return Suffix()
    if guests := _GUESTS.search(text):
        text = text[: guests.start()]
    parts = [part for p in _PARTS.split(text) if (part := _read_part(p))]
    return reduce(stronger, parts) if parts else None


def _names_guests(text: str) -> bool:
    with_whom = _WITH.match(text)
    return bool(_GUESTS.match(text) or (with_whom and fold_case(with_whom["who"]) not in _NOBODY))


def _read_part(text: str) -> Suffix | None:
    words = _plain(text)
    if not words:
        return None
    if _NOTE.search(words):
        return Suffix()
    for version, pattern in _PATTERNS:
        if pattern.search(words):
            return Suffix(version, _maker_of(text) if version in _MADE_BY_SOMEBODY else None)
    if words.endswith(" mix") and not words.startswith("in the "):
        return Suffix(VersionClass.REMIX, _maker_of(text))
    if words.endswith(" version") or words.startswith(
        "version "
    ):  # another language, another arrangement: sung or played again
        return Suffix(VersionClass.RERECORDED)
    return None


def _plain(text: str) -> str:
    straight = fold_case(text.translate(_STRAIGHT)).replace("''", '"')
    return tidy(re.sub(r"[()\[\]{}]", " ", plain_letters(straight)))


_MAKES = frozenset({
    "remix", "remixes", "remixed", "re-mix", "rmx", "edit", "re-edit", "mix", "bootleg", "mashup", "mash-up",
    "rework", "reworked", "refix", "reboot", "revibe", "flip", "remake", "vip", "dub",
})  # fmt: skip
_FILLER = frozenset({
    "the", "official", "original", "radio", "club", "extended", "vocal", "single", "short", "long", "live",
    "acoustic", "instrumental", "new", "main", "album", "clean", "explicit", "festival", "video",
})  # fmt: skip
_NUMBER = re.compile(r"'?\d+\"?")


def _maker_of(text: str) -> str | None:
    """Who made the version: the words before `Remix`, `Mix` or `Edit`, or those after `Remixed by`."""
    words = tidy(re.sub(r"[()\[\]{}]", " ", text)).split(" ")
    at = next((i for i, word in enumerate(words) if _plain(word) in _MAKES), 0)
    if words[at + 1 : at + 2] and _plain(words[at + 1]) == "by":
        name = words[at + 2 :]
    else:
        name = words[:at]
        while name and (_plain(name[-1]) in _FILLER or _NUMBER.fullmatch(_plain(name[-1]))):
            name.pop()
        while name and (_plain(name[0]) in {"official", "original", "new"} or _YEAR.match(name[0])):
            name.pop(0)
    return re.sub(r"['’]s$", "", " ".join(name).strip(" ,:")) or None


_PATTERNS = tuple((version, re.compile(words)) for version, words in _CLASSES.items())
_STRENGTH = (*_CLASSES, VersionClass.ORIGINAL)
_MADE_BY_SOMEBODY = frozenset({VersionClass.REMIX, VersionClass.EXTENDED, VersionClass.EDIT})
