"""The questions that a discovery will put to each source, as far as they are known, and how many more will come.

Pure: from what is known of an artist to questions. Without that, of a usual artist: `ALBUMS` albums of `TRACKS`
tracks in `EDITIONS` editions each, `PEOPLE` people behind each album.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from linernotes.model.catalogue import ExternalId, value_of
from linernotes.services.known import KnownAlbum, KnownArtist
from linernotes.sources import bridge
from linernotes.sources.calls import Call
from linernotes.sources.deezer import calls as deezer
from linernotes.sources.discogs import calls as discogs
from linernotes.sources.genius import calls as genius
from linernotes.sources.genius.parse import question
from linernotes.sources.matching import read_title
from linernotes.sources.musicbrainz import calls as musicbrainz
from linernotes.sources.musicbrainz.ids import as_mbid
from linernotes.sources.spotify import calls as spotify
from linernotes.sources.spotify.mode import Mode
from linernotes.sources.wikidata import calls as wikidata

ALBUMS, TRACKS, EDITIONS, PEOPLE = 10, 12, 6, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Questions to one source for one purpose: those that are known, each of which takes so many calls, and further.

    goes_with_the_last: the further ones were asked together with those before, and are kept as long as they are.
    """

    source: str
    purpose: str
    questions: tuple[Call, ...] = ()
    each: int = 1
    further: int = 0
    goes_with_the_last: bool = False


def of_musicbrainz(name: str, artist: KnownArtist | None) -> list[Ask]:
    """MusicBrainz as the catalogue: its answer for an edition has the tracks and all credits on them."""
    find = Ask(source="musicbrainz", purpose="finding the artist", questions=(musicbrainz.find_artists(name),))
    mbid = as_mbid(value_of(artist.ids, "musicbrainz") or "") if artist is not None else None
    listing = "its editions, a hundred a call"
    if artist is None or mbid is None:
        pages = ceil(ALBUMS * EDITIONS / musicbrainz.PAGE_SIZE)
        return [
            find,
            Ask(source="musicbrainz", purpose=listing, further=pages),
            Ask(source="musicbrainz", purpose="tracks and credits of each album", further=ALBUMS),
        ]
    editions = sum(i.scheme == "musicbrainz_release" for known in artist.albums for i in known.album.ids)
    offsets = range(0, max(editions, 1), musicbrainz.PAGE_SIZE)
    pages_known = tuple(musicbrainz.releases(mbid, offset) for offset in offsets)
    return [
        find,
        Ask(source="musicbrainz", purpose=listing, questions=pages_known),
        Ask(source="musicbrainz", purpose="tracks and credits of each album", questions=_editions(artist.albums)),
    ]


def _editions(albums: Sequence[KnownAlbum]) -> tuple[Call, ...]:
    """The edition that stands for each album that MusicBrainz knows by an id of ours."""
    found = {}
    for known in albums:
        edition = as_mbid(known.album.edition or value_of(known.album.ids, "musicbrainz_release") or "")
        if edition is not None:
            found[edition] = _release(edition)
    return tuple(found.values())


def _release(mbid: str) -> Call:
    return musicbrainz.release(mbid, lambda _: False)


def of_deezer(name: str, artist: KnownArtist | None) -> list[Ask]:
    """Deezer as the catalogue: every album is one call for each fifty of its tracks."""
    find = Ask(source="deezer", purpose="finding the artist", questions=(deezer.find_artists(name),))
    number = value_of(artist.ids, "deezer") if artist is not None else None
    listing, tracks = "its albums, fifty a call", "tracks with their ISRCs of each album"
    if artist is None or number is None:
        pages = ceil(ALBUMS / deezer.PAGE_SIZE)
        return [
            find,
            Ask(source="deezer", purpose=listing, further=pages),
            Ask(source="deezer", purpose=tracks, further=ALBUMS),
        ]
    page = deezer.PAGE_SIZE
    listed = tuple(deezer.albums(number, offset) for offset in range(0, max(len(artist.albums), 1), page))
    of_albums = tuple(
        deezer.tracks(album, offset)
        for known in artist.albums
        if (album := value_of(known.album.ids, "deezer")) is not None
        for offset in range(0, max(len(known.tracks), 1), page)
    )
    return [
        find,
        Ask(source="deezer", purpose=listing, questions=listed),
        Ask(source="deezer", purpose=tracks, questions=of_albums),
    ]


def of_spotify(name: str, artist: KnownArtist | None, setting: Mode, found_out: object) -> list[Ask]:
    """Spotify as the catalogue. Until its mode is known, it is taken for the restricted one, and one try is added."""
    extended = Mode.EXTENDED in (setting, found_out) and setting is not Mode.DEVELOPMENT
    first = spotify.FULL_LIMIT if setting is Mode.EXTENDED else spotify.RESTRICTED_LIMIT
    asked = [Ask(source="spotify", purpose="finding the artist", questions=(spotify.find_artists(name, first),))]
    number = value_of(artist.ids, "spotify") if artist is not None else None
    albums = artist.albums if artist is not None else ()
    count = len(albums) if artist is not None else ALBUMS
    limit = spotify.FULL_LIMIT if extended else spotify.RESTRICTED_LIMIT
    offsets = [0, *range(first, count, limit)]
    listed = tuple(spotify.albums(number, o, limit if o else first) for o in offsets) if number else ()
    asked.append(
        Ask(
            source="spotify",
            purpose=f"its albums, {limit} a call",
            questions=listed,
            further=0 if number else len(offsets),
        )
    )
    if setting is Mode.AUTO and found_out is None:
        asked.append(Ask(source="spotify", purpose="finding out the quota mode, once a day", further=1))
    return asked + (_extended(count, artist) if extended else _development(albums if number else None))


def _development(albums: Sequence[KnownAlbum] | None) -> list[Ask]:
    each_album, each_track = "each album with its tracks", "the ISRC of each track"
    if albums is None:
        return [
            Ask(source="spotify", purpose=each_album, further=ALBUMS),
            Ask(source="spotify", purpose=each_track, further=ALBUMS * TRACKS),
        ]
    pages: list[Call] = []
    tracks: list[Call] = []
    for known in albums:
        number = value_of(known.album.ids, "spotify")
        if number is not None:
            later = range(spotify.TRACKS_PAGE, len(known.tracks), spotify.TRACKS_PAGE)
            pages += [spotify.album(number), *(spotify.album_tracks(number, offset) for offset in later)]
            tracks += [spotify.track(t) for track in known.tracks if (t := value_of(track.ids, "spotify"))]
    return [
        Ask(source="spotify", purpose=each_album, questions=tuple(pages)),
        Ask(source="spotify", purpose=each_track, questions=tuple(tracks)),
    ]


def _extended(count: int, artist: KnownArtist | None) -> list[Ask]:
    """The groups follow Spotify's own order, which is not ours to know: they count as kept while the list is."""
    tracks = sum(len(known.tracks) for known in artist.albums) if artist is not None else ALBUMS * TRACKS
    return [
        Ask(
            source="spotify",
            purpose="albums with their tracks, twenty a call",
            further=ceil(count / spotify.ALBUMS_PER_CALL),
            goes_with_the_last=True,
        ),
        Ask(
            source="spotify",
            purpose="the ISRCs of the tracks, fifty a call",
            further=ceil(tracks / spotify.TRACKS_PER_CALL),
            goes_with_the_last=True,
        ),
    ]


def of_bridge(artist: KnownArtist | None, carriers: Mapping[str, bridge.Carriers]) -> list[Ask]:
    """MusicBrainz's credits for the tracks of another catalogue: found by ISRC, read from the fewest editions."""
    search, lookup = "recordings by ISRC, fifty a call", "editions with all credits, one an album at most"
    if artist is None:
        return [
            Ask(source="musicbrainz", purpose=search, further=ceil(ALBUMS * TRACKS / bridge.ISRCS_PER_SEARCH)),
            Ask(source="musicbrainz", purpose=lookup, further=ALBUMS),
        ]
    strangers = [known for known in artist.albums if not bridge.has_edition(known.album)]
    tracks = [track for known in strangers for track in known.tracks]
    missing = {code for code in bridge.codes_of(tracks) if code not in carriers}
    titles = frozenset(bridge.title_key(known.album.name) for known in strangers)
    editions = set(bridge.cover(bridge.fitting(tracks, carriers), titles).values())
    unsearched = sum(not missing.isdisjoint(bridge.codes_of(known.tracks)) for known in strangers)
    return [
        Ask(source="musicbrainz", purpose=search, further=ceil(len(missing) / bridge.ISRCS_PER_SEARCH)),
        Ask(
            source="musicbrainz",
            purpose=lookup,
            questions=(*_editions(artist.albums), *(_release(mbid) for mbid in sorted(editions))),
            further=unsearched,
        ),
    ]


def of_genius(artist: KnownArtist | None) -> list[Ask]:
    """Genius: a search and a song for each track."""
    purpose = "a search and a song for each track"
    if artist is None:
        return [Ask(source="genius", purpose=purpose, further=2 * ALBUMS * TRACKS)]
    titles = [
        (track.name, title)
        for known in artist.albums
        for track in known.tracks
        if (title := read_title(track.name)) is not None
    ]
    searches = [genius.search(*question(artist.name, title, written)) for written, title in titles]
    return [Ask(source="genius", purpose=purpose, questions=tuple(searches), each=2)]


def of_discogs(artist: KnownArtist | None, *, may_search: bool) -> list[Ask]:
    """Discogs: without a token only what is known by its number there, which other sources rarely say."""
    purpose = "a search and a release for each album, more where no producer is named"
    if not may_search:
        return []
    if artist is None:
        return [Ask(source="discogs", purpose=purpose, further=2 * ALBUMS)]
    searches = tuple(discogs.search(artist.name, known.album.name, 1) for known in artist.albums)
    return [Ask(source="discogs", purpose=purpose, questions=searches, each=2)]


def of_people(source: str, artist: KnownArtist | None) -> list[Ask]:
    """Where people can be found: a call a person, at Wikidata one for two hundred."""
    purpose = "links of the people"
    if artist is None or artist.people is None:
        count = PEOPLE * (len(artist.albums) if artist is not None else ALBUMS)
        calls = ceil(count / wikidata.MBIDS_PER_QUERY) if source == "wikidata" else count
        return [Ask(source=source, purpose=purpose, further=calls)]
    if source == "musicbrainz":
        mbids = [mbid for ids in artist.people if (mbid := as_mbid(value_of(ids, source) or "")) is not None]
        questions = tuple(musicbrainz.artist(mbid, lambda _: False) for mbid in mbids)
        return [Ask(source=source, purpose=purpose, questions=questions)]
    scheme = "musicbrainz" if source == "wikidata" else source
    known = sum(_has(ids, scheme) for ids in artist.people)
    return [
        Ask(
            source=source,
            purpose=purpose,
            further=ceil(known / wikidata.MBIDS_PER_QUERY) if source == "wikidata" else known,
        )
    ]


def _has(ids: Sequence[ExternalId], scheme: str) -> bool:
    return any(i.scheme == scheme for i in ids)
