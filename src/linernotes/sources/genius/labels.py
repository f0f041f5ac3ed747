"""Which of Genius' further credits are roles of making a recording.

`custom_performances` has labels that people type: `Mixing Engineer`, `Additional Vocal Production`, `Guitar`, and
just as well `Label`, `Distributor`, `Phonographic Copyright ℗`, `Video Director`. A label is a role only when its
last word is one of ours and every word before it is known to qualify it; a company is never a person.
"""

from __future__ import annotations

import re
from enum import Enum, auto


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HEADS = _words("""
    producer producers production engineer engineers engineering programmer programmers programming arranger arrangers
    arrangement arrangements composer composers lyricist lyricists songwriter songwriters writer writers remixer
    remixers mixer mixers mixing mastering orchestrator orchestrators orchestration beatmaker beatmakers coproducer
    coproducers coproduction cowriter cowriters remix remastering assistant editor editing
""")
_QUALIFIERS = _words("""
    additional assistant associate co executive exec vocal vocals lead background backing recording mix mixing master
    mastering remastering sound audio drum drums bass beat string strings horn horns brass woodwind woodwinds synth
    synthesizer synthesizers keyboard keyboards percussion guitar piano orchestra orchestral choir choral rhythm music
    musical main chief second immersive atmos dolby stereo digital tracking remix song record track pro tools and & of
    misc miscellaneous session studio original score
""")
_WHOLE = frozenset("""
    produced by; co produced by; executive produced by; additional production by; vocal production by; mixed by;
    mastered by; remastered by; engineered by; recorded by; written by; composed by; lyrics by; music by; arranged by;
    programmed by; remixed by; lacquer cut by; lacquer cut; beats by; lyrics; music; words; composition; songwriting;
    beat maker; co writer; arranged and conducted by; tonmeister; recordist; pro tools
""".replace("\n", " ").split(";"))  # fmt: skip

_NEVER = frozenset({
    "original producer", "original producers", "original production", "studio production", "session production",
    "studio producer", "music editor", "music assistant", "production assistant", "assistant", "studio assistant",
    "lead assistant", "editor", "production",
})  # fmt: skip
"""Made of known words, and not of the making of this recording."""

_COMPANY = re.compile(
    r"\b(labels?|distribut\w+|publish\w+|copyright|℗|©|licens\w+|recorded at|mixed at|mastered at|engineered at"
    r"|produced at|studios?|company|compan(y|ies)|imprint|manufactur\w+|marketed|administ\w+|rights?|courtesy|isrc"
    r"|upc)\b"
    r"|[℗©]"
)
_SEEN = re.compile(
    r"\b(video|film|photo\w*|cinemat\w+|choreo\w+|styl\w+|art|artwork|cover|design\w*|illustrat\w+|animat\w+|editor"
    r"|colou?r\w*|gaffer|grip|casting|makeup|make up|hair|wardrobe|costumes?|dancers?|actors?|actress|director"
    r"|creative"
    r"|coordinator|co ordinator|manager|management|a&r|a & r|visual\w*|lighting|camera|set|stunt\w*|location|runner"
    r"|translat\w+|liner notes|press|legal|marketing|promotion\w*|vfx|dit|drone)\b"
)
_HEARD = re.compile(
    r"\b(vocals?|vocalists?|voices?|singers?|rap\w*|choir|chorus|guitars?|bass\w*|drums?|drummer|percussion\w*|pianos?"
    r"|pianist|keyboards?|keys|organs?|synth\w*|strings?|violins?|viola|cellos?|cellist|horns?|trumpets?|trombones?"
    r"|sax\w*|flutes?|clarinets?|brass|woodwinds?|harp\w*|banjo|mandolin|ukulele|accordion|orchestra|ensemble"
    r"|instruments?|instrumental\w*|scratch\w*|turntabl\w*|dj|talkbox|samples?|handclaps?|claps|whistl\w*|narrat\w+"
    r"|ad libs?|conduct\w*|worship leader|performers?|band|musicians?|solo\w*|snaps|beatbox\w*|conga\w*|bongo\w*"
    r"|tambourine"
    r"|rhodes|wurlitzer|clavinet|mellotron|sitar|tabla|fx|effects|foley|interlude|speech|spoken word|monologue"
    r"|cowbell"
    r"|bells?|vibraphone|xylophone|marimba|glockenspiel|timpani|shaker|maracas|oboe|bassoon|tuba|recorder|fiddle)\b"
)


class Reading(Enum):
    """What a label is to us."""

    ROLE = auto()
    COMPANY = auto()
    NOT_OURS = auto()
    """Players, singers, pictures, business: known, and no role of ours."""
    UNKNOWN = auto()


def read_label(label: str) -> Reading:
    """What a label is. Never raises."""
    words = " ".join(re.sub(r"[-‐_.:/]", " ", label.casefold()).split())
    if _COMPANY.search(words) and not words.endswith(("engineer", "engineers")):
        return Reading.COMPANY
    if words in _NEVER:
        return Reading.NOT_OURS
    if words in _ROLES:
        return Reading.ROLE
    *before, last = words.split() or [""]
    if last in _HEADS and _QUALIFIERS.issuperset(before):
        return Reading.ROLE
    return Reading.NOT_OURS if _SEEN.search(words) or _HEARD.search(words) else Reading.UNKNOWN


_ROLES = frozenset(label.strip() for label in _WHOLE)
