"""Which relationships of MusicBrainz say who made a record, and how their text reads.

A relationship has a type (an id that never changes, and a name) and attributes: `producer` with `co`. Those of
players, of pictures and of business are passed over; a type that is not known here is kept with its name (R6).
"""

from __future__ import annotations

import re

from linernotes.model.catalogue import Json
from linernotes.sources.reading import mapping, text, texts

TYPE_NAMES = {
    # artist and recording
    "5c0ceac3-feb4-41f0-868d-dc06f6e27fc0": "producer",
    "5dcc52af-7064-4051-8d62-7d80f4c3c907": "engineer",
    "3e3102e1-1896-4f50-b5b2-dd9824e46efe": "mix",
    "a01ee869-80a8-45ef-9447-c59e91aa7926": "recording",
    "36c50022-44e0-488d-994b-33f11d20301e": "programming",
    "7950be4d-13a3-48e7-906b-5af562e39544": "remixer",
    "22661fb8-cdb7-4f67-8385-b2a8be6c9f0d": "arranger",
    "4820daa1-98d6-4f8b-aa4b-6895c5b79b27": "instrument arranger",
    "8a2799e8-a7e2-41ce-a7da-b5f520687216": "vocal arranger",
    "38fa7405-f9a5-48cb-827a-8ac601933ba0": "orchestrator",
    "0cd6aa63-c297-42ed-8725-c16d31913a98": "sound",
    "ca8d6d99-b847-439c-b0ec-33d8a1b942bc": "audio",
    "40dff87a-e475-4aa6-b615-9935b564d756": "editor",
    "0748fa55-56b5-4ad5-8ce8-15b97f82a0c2": "balance",
    "28338ee6-d578-485a-bb53-61dbfd7c6545": "mix-DJ",
    "30adb2d7-dbcc-4393-9230-2098510ce3c1": "mastering",
    "35ba2b3b-aaeb-4db1-bc5f-f42154e785d8": "compiler",
    "0eb67a3e-796b-4394-ab6e-1224f43236b6": "creative direction",
    "8dc10cef-3116-4b3d-8e3e-33ffb84a97df": "artists and repertoire",
    "83f72956-2007-4bca-8a97-0ae539cca99d": "samples from artist",
    "628a9658-f54c-4142-b0c0-95f031b544da": "performer",
    "59054b12-01ac-43ee-a618-285fd397e461": "instrument",
    "0fdbe3c6-7700-4a31-ae54-b53f06ae1cfa": "vocal",
    "234670ce-5f22-4fd0-921b-ef1662695c5d": "conductor",
    # artist and release
    "8bf377ba-8d71-4ecc-97f2-7bb2d8a2a75f": "producer",
    "87e922ba-872e-418a-9f41-0a63aa3c30cc": "engineer",
    "6cc958c0-533b-4540-a281-058fbb941890": "mix",
    "023a6c6d-80af-4f88-ae69-f5f6213f9bf4": "recording",
    "617063ad-dbb5-4877-9ba0-ba2b9198d5a7": "programming",
    "84453d28-c3e8-4864-9aae-25aa968bcf9e": "mastering",
    "ac6a86db-f757-4815-a07e-744428d2382b": "remixer",
    "34d5334e-a4c8-4b65-a5f8-bbcc9c81d13d": "arranger",
    "ca7a474a-a1cd-4431-9230-56a17f553090": "writer",
    "01ce32b0-d873-4baa-8025-714b45c0c754": "composer",
    "a2af367a-b040-46f8-af21-310f92dfe97b": "lyricist",
    # artist and work
    "a255bca1-b157-4518-9108-7b147dc3fc68": "writer",
    "d59d99ea-23d4-4a80-b066-edca32ee158f": "composer",
    "3e48faba-ec01-47fd-8e89-30e81161661c": "lyricist",
    "7474ab81-486f-40b5-8685-3a4f8ea624cb": "librettist",
    "d3fd781c-5894-47e2-8c12-86cc0e2c8d08": "arranger",
    "a442b140-830b-30b0-a4aa-2e36f098b6aa": "publishing",
    # recording and work
    "a3005666-a872-32c3-ad06-98af558e99b0": "performance",
}

PERFORMERS = frozenset(
    {
        "performer",
        "instrument",
        "vocal",
        "conductor",
        "performing orchestra",
        "chorus master",
        "concertmaster",
        "video appearance",
        "samples from artist",
    }
)

PICTURES = frozenset(
    {
        "photography",
        "design",
        "design/illustration",
        "illustration",
        "graphic design",
        "artwork",
        "art direction",
        "booklet editor",
        "cinematographer",
        "video director",
        "animation",
        "choreographer",
        "lighting",
    }
)

BUSINESS = frozenset(
    {
        "artists and repertoire",
        "booking",
        "copyright",
        "phonographic copyright",
        "creative direction",
        "legal representation",
        "licensor",
        "liner notes",
        "merchandise",
        "misc",
        "publishing",
        "travel",
        "instrument technician",
        "tribute",
        "dedicated to",
        "named after",
        "part of",
        "edition of",
    }
)

NOT_WRITERS = frozenset(
    {"arranger", "instrument arranger", "vocal arranger", "orchestrator", "commissioned", "dedication", "premiere"}
)
"""What else a work may have: of works only the writers count for a recording (S1)."""

_ART_WORDS = (
    "animation art artwork book booklet clip cover design documentary dvd film graphic illustration movie packaging "
    "photo photographs photography sleeve video videos visual visuals"
)


def type_of(relation: Json) -> str:
    """The name of a relationship's type: by its id where we know it, as the answer names it otherwise."""
    return TYPE_NAMES.get(text(relation, "type-id").lower()) or text(relation, "type")


def makes_records(kind: str) -> bool:
    """Whether a type says that somebody made the music. One that is unknown to us may: it is kept (R6)."""
    return bool(kind) and kind not in PERFORMERS and kind not in PICTURES and kind not in BUSINESS


def raw_role(relation: Json) -> str:
    """The relationship as text: `producer`, `producer [additional, co]`, `producer [task: vocal]`."""
    values = mapping(relation, "attribute-values")
    attributes = []
    for name in texts(relation, "attributes"):
        value = text(values, name)
        attributes.append(_unbracketed(f"{name}: {value}" if value else name))
    role = _unbracketed(type_of(relation))
    return f"{role} [{', '.join(attributes)}]"[:500] if attributes else role


def _unbracketed(words: str) -> str:
    return words.replace("[", "(").replace("]", ")")


def is_about_pictures(relation: Json) -> bool:
    """Whether a producer's attributes say that it was the cover or a film, not the music (R3)."""
    if type_of(relation) != "producer":
        return False
    values = mapping(relation, "attribute-values")
    said = " ".join([*texts(relation, "attributes"), *(v for v in values.values() if isinstance(v, str))])
    return not set(_ART_WORDS.split()).isdisjoint(re.findall(r"\w+", said.casefold()))
