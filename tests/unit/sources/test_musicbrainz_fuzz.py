"""Whatever JSON comes, reading MusicBrainz and Wikidata never fails and never makes up a person."""

from __future__ import annotations

import copy
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from linernotes.model.catalogue import ExternalId, TrackRef
from linernotes.sources.mbid import as_mbid
from linernotes.sources.musicbrainz import calls
from linernotes.sources.musicbrainz.bridge import carries, read_carriers
from linernotes.sources.musicbrainz.credits import lacks_relations, parse_credits, parse_recordings
from linernotes.sources.musicbrainz.parse import (
    parse_albums,
    parse_artists,
    parse_tracks,
    same_album,
    same_person,
)
from linernotes.sources.musicbrainz.profiles import parse_profile
from linernotes.sources.wikidata import calls as wikidata_calls
from linernotes.sources.wikidata.parse import parse_entities, parse_rows, says_busy
from linernotes.sources.wikidata.parse import parse_profile as parse_item
from tests.sources.mock_musicbrainz import mbid, small_world
from tests.sources.mock_wikidata import entity, statement

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
MBID = mbid("artist", "x")
TRACK = TrackRef(
    id=UUID(int=1),
    name="x",
    recording_id=UUID(int=2),
    recording_ids=(ExternalId("musicbrainz", mbid("recording", "Ada Lind 1 song 1")),),
)


def read_all(answer: Any) -> None:
    """Everything we would do with an answer."""
    parse_artists(answer)
    parse_albums(answer, 0)
    parse_tracks(answer, 0)
    parse_credits(answer, [TRACK], parse_recordings(answer))
    lacks_relations(answer, [TRACK])
    parse_profile(answer, MBID)
    same_album(answer, (), "x")
    same_person(answer, "x")
    read_carriers(answer, ["XXLNR0000001"])
    carries(answer, ["XXLNR0000001"])
    parse_rows(answer)
    says_busy(answer)
    for item, values in parse_entities(answer).items():
        parse_item(item, values)
    for call in (
        calls.find_artists("x"),
        calls.artist(MBID, lambda json: same_person(json, "x")),
        calls.releases(MBID, 0),
        calls.release(MBID, lambda json: same_album(json, (MBID,), "x")),
        calls.recordings(MBID, 0),
        wikidata_calls.by_mbid([MBID]),
        wikidata_calls.by_item(["Q1"]),
    ):
        assert call.complaint is not None
        call.complaint(answer)


@given(anything)
def test_any_json_can_be_read(answer: Any) -> None:
    read_all(answer)


WORLD = small_world(albums=2, tracks=2, editions=1, producers=2)
ANSWERS: list[Any] = [
    *WORLD.releases.values(),
    *WORLD.artists.values(),
    {"artists": list(WORLD.artists.values()), "count": 3},
    {"releases": list(WORLD.releases.values()), "release-count": 2, "release-offset": 0},
    {"entities": {"Q1": entity("Q1", P2003=[statement("ada")], P213=[statement("0000 0001 2345 6789")])}},
    {
        "results": {
            "bindings": [
                {
                    "mbid": {"type": "literal", "value": MBID},
                    "item": {"type": "uri", "value": "http://www.wikidata.org/entity/Q1"},
                    "property": {"type": "literal", "value": "P2003"},
                    "value": {"type": "literal", "value": "ada"},
                }
            ]
        }
    },
]


def places_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths to every value inside a value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inside for place in places_in(item, (*path, key)))]


PLACES = [(index, place) for index, answer in enumerate(ANSWERS) for place in places_in(answer) if place]


@given(st.lists(st.tuples(st.sampled_from(PLACES), anything | st.just(...)), min_size=1, max_size=4))
def test_a_real_shape_with_anything_in_any_place_can_be_read(damages: list[tuple[Any, Any]]) -> None:
    index = damages[0][0][0]
    answer = copy.deepcopy(ANSWERS[index])
    for (of, place), damage in damages:
        if of != index:
            continue
        inside = answer
        try:
            for key in place[:-1]:
                inside = inside[key]
            if damage is ...:
                del inside[place[-1]]
            else:
                inside[place[-1]] = damage
        except (KeyError, IndexError, TypeError):
            continue  # an earlier damage took the place away
    read_all(answer)
    for claims in parse_credits(answer, [TRACK]).claims.values():
        for claim in claims:
            assert claim.person.name
            assert all(as_mbid(i.value) for i in claim.person.ids)
            assert claim.raw_role
