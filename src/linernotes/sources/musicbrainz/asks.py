"""What a discovery will ask MusicBrainz."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from linernotes.model.artist_ids import artist_id_of, page_of
from linernotes.model.catalogue import value_of
from linernotes.sources.asking import (
    ALBUMS,
    EDITIONS,
    LINKS,
    TRACKS,
    Ask,
    KnownAlbum,
    KnownArtist,
    Planning,
    people_to_ask,
)
from linernotes.sources.calls import Call
from linernotes.sources.mbid import as_mbid
from linernotes.sources.musicbrainz import bridge, calls
from linernotes.sources.musicbrainz.ids import SOURCE


def as_catalogue(planning: Planning) -> list[Ask]:
    """As the catalogue: its answer for an edition has the tracks and all credits on them."""
    artist = planning.artist
    question = _finding(planning.name)
    find = Ask(source=SOURCE, purpose="finding the artist", questions=(question,))
    mbid = as_mbid(value_of(artist.ids, SOURCE) or "") if artist is not None else None
    listing = "its editions, a hundred a call"
    if artist is None or mbid is None:
        pages = ceil(ALBUMS * EDITIONS / calls.PAGE_SIZE)
        return [
            find,
            Ask(source=SOURCE, purpose=listing, further=pages),
            Ask(source=SOURCE, purpose="tracks and credits of each album", further=ALBUMS),
        ]
    editions = sum(i.scheme == "musicbrainz_release" for known in artist.albums for i in known.album.ids)
    offsets = range(0, max(editions, 1), calls.PAGE_SIZE)
    pages_known = tuple(calls.releases(mbid, offset) for offset in offsets)
    return [
        find,
        Ask(source=SOURCE, purpose=listing, questions=pages_known),
        Ask(source=SOURCE, purpose="tracks and credits of each album", questions=_editions(artist.albums)),
    ]


def _finding(name: str) -> Call:
    asked = artist_id_of(name)
    if asked is None:
        return calls.find_artists(name)
    if asked.scheme != SOURCE:
        return calls.linked_artists(str(page_of(asked)))
    return calls.artist(asked.value, lambda _: False)


def _editions(albums: Sequence[KnownAlbum]) -> tuple[Call, ...]:
    """The edition that stands for each album that MusicBrainz knows by an id of ours."""
    found = {}
    for known in albums:
        edition = as_mbid(known.album.edition or value_of(known.album.ids, "musicbrainz_release") or "")
        if edition is not None:
            found[edition] = _release(edition)
    return tuple(found.values())


def _release(mbid: str) -> Call:
    return calls.release(mbid, lambda _: False)


def as_bridge(planning: Planning) -> list[Ask]:
    """Credits for the tracks of another catalogue: found by ISRC, read from the fewest editions."""
    search, lookup = "recordings by ISRC, fifty a call", "editions with all credits, one an album at most"
    artist = planning.artist
    if artist is None:
        return [
            Ask(source=SOURCE, purpose=search, further=ceil(ALBUMS * TRACKS / bridge.ISRCS_PER_SEARCH)),
            Ask(source=SOURCE, purpose=lookup, further=ALBUMS),
        ]
    strangers = [known for known in artist.albums if not bridge.has_edition(known.album)]
    tracks = [track for known in strangers for track in known.tracks]
    carriers = _carriers(planning, artist)
    missing = {code for code in bridge.codes_of(tracks) if code not in carriers}
    titles = frozenset(bridge.title_key(known.album.name) for known in strangers)
    editions = set(bridge.cover(bridge.fitting(tracks, carriers), titles).values())
    unsearched = sum(not missing.isdisjoint(bridge.codes_of(known.tracks)) for known in strangers)
    return [
        Ask(source=SOURCE, purpose=search, further=ceil(len(missing) / bridge.ISRCS_PER_SEARCH)),
        Ask(
            source=SOURCE,
            purpose=lookup,
            questions=(*_editions(artist.albums), *(_release(mbid) for mbid in sorted(editions))),
            further=unsearched,
        ),
    ]


def _carriers(planning: Planning, artist: KnownArtist) -> dict[str, bridge.Carriers]:
    """What is known already of the editions that carry the artist's recordings."""
    codes = bridge.codes_of(track for album in artist.albums for track in album.tracks)
    names = {bridge.note_name(code): code for code in codes}
    noted = planning.noted(SOURCE, list(names), planning.settings.musicbrainz_url)
    return {names[name]: bridge.from_note(value) for name, value in noted.items()}


def for_people(planning: Planning) -> list[Ask]:
    """Where people can be found: a call a person."""
    artist = planning.artist
    if artist is None or artist.people is None:
        return [Ask(source=SOURCE, purpose=LINKS, further=people_to_ask(planning, SOURCE))]
    mbids = [mbid for ids in artist.people if (mbid := as_mbid(value_of(ids, SOURCE) or "")) is not None]
    questions = tuple(calls.artist(mbid, lambda _: False) for mbid in mbids)
    return [Ask(source=SOURCE, purpose=LINKS, questions=questions)]
