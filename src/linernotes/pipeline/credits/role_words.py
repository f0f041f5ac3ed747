"""Every role name that sources write, and the role it means: rules R1 to R3, as tables.

A name is looked up whole: case, hyphens, full stops and repeated spaces are set aside, nothing else. What is in none
of these tables becomes `other` and is listed for people to map, so a new name costs one line here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum


class RoleCode(StrEnum):
    """The roles a credit can have: the rows of `linernotes.roles`."""

    PRODUCER = "producer"
    CO_PRODUCER = "co_producer"
    BEAT_MAKER = "beat_maker"
    ADDITIONAL_PRODUCER = "additional_producer"
    ASSOCIATE_PRODUCER = "associate_producer"
    ASSISTANT_PRODUCER = "assistant_producer"
    EXECUTIVE_PRODUCER = "executive_producer"
    VOCAL_PRODUCER = "vocal_producer"
    REISSUE_PRODUCER = "reissue_producer"
    COMPILATION_PRODUCER = "compilation_producer"
    REMIXER = "remixer"
    MIXER = "mixer"
    ENGINEER = "engineer"
    MASTERING = "mastering"
    ARRANGER = "arranger"
    PROGRAMMER = "programmer"
    COMPOSER = "composer"
    LYRICIST = "lyricist"
    WRITER = "writer"
    OTHER = "other"


R = RoleCode

_WRITTEN = {
    R.PRODUCER: """
        producer; producers; produced by; produced; production by; prod; prod by; record producer; music producer;
        song producer; track producer; album producer; main producer; lead producer; producer and beat maker
    """,
    R.CO_PRODUCER: "coproducer; coproducers; coproduced by; coproduction",
    R.BEAT_MAKER: """
        beats; beats by; beat by; beat maker; beatmaker; beat makers; beatmakers; beat producer; beat
    """,
    R.ADDITIONAL_PRODUCER: "additional music producer",
    R.EXECUTIVE_PRODUCER: "exec producer; co executive producer; co executive producers; executively produced by",
    R.VOCAL_PRODUCER: """
        vocals producer; vocals produced by; additional vocal producer; additional vocal production;
        vocal production by; co vocal producer; lead vocal producer
    """,
    R.REISSUE_PRODUCER: "reissued by; re issue producer",
    R.REMIXER: """
        remix; remixer; remixers; remixed by; remixed; remix by; re mix; re mixed by; remixes; reworked by; rework
    """,
    R.MIXER: """
        mixed by; mix; mixer; mixers; mixing; mixed; mix by; mix engineer; mixing engineer; mixing engineers;
        mix engineers; additional mixing; mixing by; immersive mixing engineer; atmos mixing engineer
    """,
    R.ENGINEER: """
        engineer; engineers; engineered by; engineering; recorded by; recording; recording engineer;
        recording engineers; sound engineer; audio engineer; tracking engineer; assistant engineer;
        assistant engineers; assistant recording engineer; assistant mixing engineer; assistant mix engineer;
        assistant mastering engineer; mixing assistant; mix assistant; recording assistant; additional engineer;
        additional engineering; additional recording; additional recording engineer; vocal engineer;
        vocal recording; vocal recording engineer; vocals recorded by; balance; balance engineer; tonmeister; sound;
        audio; engineer assistant; second engineer; tape operator; digital editing; digital editor; pro tools;
        recordist
    """,
    R.MASTERING: """
        mastered by; mastering; mastering engineer; mastering engineers; masterer; mastered; remastered by;
        remastering; remastering engineer; lacquer cut by; lacquer cut; cut by; vinyl mastering; mastering by;
        remastered
    """,
    R.ARRANGER: """
        arranged by; arranger; arrangers; arrangement; arrangements; arranged; arrangement by; orchestrated by;
        orchestrator; orchestration; orchestrations; instrument arranger; instruments arranger; instrumentation by;
        vocal arranger; vocal arrangement; vocal arrangement by; vocals arranged by; string arranger;
        string arrangement; string arrangements; strings arranged by; strings arrangement; horn arranger;
        horn arrangement; horn arrangements; brass arranger; choir arranger; rhythm arranger; additional arrangement
    """,
    R.PROGRAMMER: """
        programmed by; programmer; programmers; programming; drum programming; drum programmer; drums programming;
        drums programmed by; drum programming by; keyboard programming; synth programming; synthesizer programming;
        synth programmer; rhythm programming; additional programming; bass programming; percussion programming;
        strings programming; sequenced by; sequencing; additional programmer
    """,
    R.COMPOSER: """
        composer; composers; composed by; composed; composition; music; music by; music composed by; music composer;
        score; score by; scored by; original score; music written by; additional composer
    """,
    R.LYRICIST: """
        lyricist; lyricists; lyrics; lyrics by; lyric; words; words by; librettist; libretto; libretto by; text by;
        text; lyrics written by; poem by; additional lyrics; additional lyricist; additional lyrics by
    """,
    R.WRITER: """
        writer; writers; written by; written; songwriter; songwriters; songwriting; song written by; songs by;
        writing; author; authors; additional writer; additional songwriter; additional writing; song by; co writer;
        cowriter; co writers; co written by; co songwriter; all songs written by; written and composed by;
        composer and author
    """,
}

# The kinds of producer, each with every form of the word: "co producer", "additional production", ...
_KINDS = {
    "co": R.CO_PRODUCER, "additional": R.ADDITIONAL_PRODUCER, "associate": R.ASSOCIATE_PRODUCER,
    "assistant": R.ASSISTANT_PRODUCER, "executive": R.EXECUTIVE_PRODUCER, "vocal": R.VOCAL_PRODUCER,
    "reissue": R.REISSUE_PRODUCER, "compilation": R.COMPILATION_PRODUCER,
}  # fmt: skip
_FORMS = ("producer", "producers", "production", "produced by", "production by")

# R3, and all that is known and is no role of ours. "Production" alone is a company, a co-ordinator books studios.
_NOT_OURS = """
    production; production coordinator; production coordinators; production co ordinator; production manager;
    production management; production assistant; production company; production supervisor; production design;
    production designer; product manager; product management; product coordinator; project coordinator;
    project manager; video producer; video production; music video producer; film producer; film production;
    dvd producer; tv producer; television producer; radio producer; concert producer; tour producer; event producer;
    art production; artwork production; graphic production; post production; line producer; original producer;
    original production; coordinator; co ordinator; coordination; executive in charge; a&r; a & r;
    artists and repertoire; a&r director; a&r coordinator; supervised by; supervisor; music supervisor;
    recording supervisor; creative director; creative direction; vocals; vocal; lead vocals; lead vocal;
    backing vocals; background vocals; background vocal; additional vocals; harmony vocals; background vocalist;
    vocalist; singer; voice; voices; rap; rapper; choir; chorus; backing vocal; chorus master; choir director;
    featuring; featured artist; guest; performer; performance; performed by; main artist; primary artist; artist;
    musician; instrument; instruments; instrumental; additional instruments; band; orchestra; performing orchestra;
    ensemble; conductor; conducted by; leader; concertmaster; soloist; directed by; presenter; guitar; guitars;
    acoustic guitar; electric guitar; lead guitar; rhythm guitar; slide guitar; steel guitar; additional guitars;
    pedal steel guitar; bass; bass guitar; electric bass; double bass; acoustic bass; piano; electric piano;
    grand piano; keyboards; keyboard; organ; hammond organ; synthesizer; synth; clavinet; mellotron; drums; drum;
    percussion; congas; bongos; tambourine; shaker; handclaps; timpani; vibraphone; marimba; glockenspiel; strings;
    violin; viola; cello; fiddle; harp; flute; clarinet; oboe; bassoon; saxophone; tenor saxophone; alto saxophone;
    soprano saxophone; baritone saxophone; trumpet; flugelhorn; trombone; tuba; horn; horns; french horn; brass;
    woodwind; accordion; harmonica; banjo; mandolin; ukulele; sitar; tabla; whistle; whistling; recorder; dobro;
    autoharp; harpsichord; celesta; turntables; scratches; dj; dj mix; mix dj; djmix; sampler; samples; effects;
    electronics; sound effects; field recording; vocoder; talkbox; theremin; instrumentation; other instruments;
    computer; spoken word; narrator; speech; dialogue; ad libs; edited by; editor; edit; editing; compiled by;
    compiler; compilation; sequenced; transferred by; transfer; digital transfer; technician; technical;
    studio assistant; studio manager; guitar technician; live sound; sound technician; translated by; translator;
    adapted by; sampled artist; samples from artist; artwork; artwork by; art direction; art director; cover;
    cover art; design; designer; layout; graphic design; illustration; photography; photography by; photographer;
    photos; painting; typography; lettering; liner notes; sleeve notes; sleeve; package design; design concept;
    management; manager; legal; booking; label; distributor; publisher; publishing; published by; licensor;
    licensed by; copyright; copyright ©; ©; phonographic copyright; phonographic copyright ℗; ℗; recorded at;
    mixed at; mastered at; studio; manufactured by; pressed by; plated by; video director; film director; director;
    director of photography; cinematographer; choreographer; stylist; hair; makeup; hair and makeup; other; thanks;
    special thanks; associated performer; worship leader; administrator; research; consultant; commissioned by;
    dedicated to; executive; all sounds; sound design; sound designer; field recordist; reconstructed by; revised by;
    previously attributed to; foley; lighting; animation; video appearance; video editor; booklet editor;
    instrument technician; merchandise; travel; commissioned; dedication; premiere; accompanied by; backing band;
    bass clarinet; harmonium; bandoneon; maracas; timbales; claves; gong; electronic drums; drum machine;
    bass vocals; tenor vocals; baritone vocals; viola da gamba; concert flute; lithography; copyist; contractor;
    music preparation
"""

# What a qualifier makes of the role before it. Qualifiers that are not here (an instrument, a song, a language,
# "Uncredited", the words as printed) leave it as it is.
_ASSISTS = (
    "assistant; assisted by; assistance; assist; assistant producer; assistant production; production assistant"
)
_ELSEWHERE = """
    original version; original; original production; original producer; original track; original song; original mix;
    original recording; original version by; video; film; dvd; tv; television; music video; video production;
    video producer; film production; film producer; dvd producer; dvd production; radio; art; artwork;
    art production; artwork production; graphic; graphics; coordinator; coordination; production coordinator;
    production coordination; production manager; production management; product manager; production company;
    company; design; post production; cover; concert film; project coordinator; executive in charge
"""
_ON_PRODUCER = {
    R.CO_PRODUCER: "co; coproducer; coproduced by; coproduction",
    R.ADDITIONAL_PRODUCER: "additional; additionally produced by; add production; additional music production",
    R.ASSOCIATE_PRODUCER: "associate; associated; associate producer",
    R.ASSISTANT_PRODUCER: _ASSISTS,
    R.EXECUTIVE_PRODUCER: "executive; exec; executive produced by; co executive; co executive producer",
    R.VOCAL_PRODUCER: """
        vocal; vocals; vocal producer; lead vocals; lead vocal; additional vocals; background vocals; backing vocals;
        voice;
        vocals produced by; vocal production by
    """,
    R.REISSUE_PRODUCER: "reissue; re issue; reissue produced by; reissued by; for reissue",
    R.COMPILATION_PRODUCER: "compilation; compiled by; compilation produced by; for compilation",
    R.REMIXER: """
        remix; remixed by; remixer; remix by; remix production; remix producer; remix produced by; re mix
    """,
    R.OTHER: _ELSEWHERE,
}
_ON_ENGINEER = {
    R.MIXER: "mix; mixing; mixed by; mixing engineer; mix engineer; mixer",
    R.MASTERING: "mastering; mastered by; mastering engineer; remastering; remastered by; cutting",
    R.OTHER: "live sound; front of house; foh",
}
_ON_WRITER = {
    R.LYRICIST: """
        lyrics; lyrics by; words; words by; text; lyricist; lyric
    """,
    R.COMPOSER: "music; music by; composer; composed by",
}
_ON_OTHER_WORK = {R.OTHER: "original version; original mix; original recording"}


def plain(name: str) -> str:
    """A role name in the form of the tables."""
    words = " ".join(re.sub(r"[-‐_.]", " ", name.casefold()).split())
    return re.sub(r"^co (?=produc)", "co", words)  # Co-producer, Coproducer


def _table(words: Mapping[RoleCode, str]) -> dict[str, tuple[RoleCode, ...]]:
    return {plain(name): (role,) for role, names in words.items() for name in names.split(";") if name.strip()}


_EVERY_FORM = {plain(f"{kind} {form}"): (role,) for kind, role in _KINDS.items() for form in _FORMS}

_WORDS_AND_MUSIC = """
    composer lyricist; composerlyricist; music & lyrics; words & music; lyrics & music; music and lyrics;
    words and music; lyrics and music; music & lyrics by; words & music by; music and lyrics by; words and music by
"""

ROLES: Mapping[str, tuple[RoleCode, ...]] = {
    **_table({R.OTHER: _NOT_OURS}),
    **_table(_WRITTEN),
    **_EVERY_FORM,
    **dict.fromkeys(map(plain, _WORDS_AND_MUSIC.split(";")), (R.COMPOSER, R.LYRICIST)),
}
"""What a role name means. Known names that are no role of ours (R3, instruments, artwork) mean `other`."""

PRODUCER_KINDS = frozenset({R.PRODUCER, R.CO_PRODUCER, R.BEAT_MAKER, *_KINDS.values()})

_QUALIFIED: Mapping[RoleCode, Mapping[str, tuple[RoleCode, ...]]] = {
    **{kind: _table(_ON_PRODUCER) | _EVERY_FORM for kind in PRODUCER_KINDS},
    **{role: _table(_ON_OTHER_WORK) for role in (R.REMIXER, R.MIXER, R.MASTERING, R.ARRANGER, R.PROGRAMMER)},
    R.ENGINEER: _table(_ON_ENGINEER) | _table(_ON_OTHER_WORK),
    R.WRITER: _table(_ON_WRITER),
}


def qualified(role: RoleCode, qualifier: str) -> RoleCode | None:
    """What a qualifier in brackets makes of a role, None when it leaves it as it is."""
    found = _QUALIFIED.get(role, {}).get(plain(qualifier))
    return found[0] if found else None
