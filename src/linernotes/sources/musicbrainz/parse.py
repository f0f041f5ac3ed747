"""How we read MusicBrainz's answers about artists, editions and tracks: from JSON to plain values.

Nothing here raises, whatever the JSON holds. Who made the recordings is read in `credits.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from linernotes.model.catalogue import AlbumFact, ArtistFact, ExternalId, Json, Page, Problem, TrackFact
from linernotes.sources.links import discogs_release
from linernotes.sources.mbid import DATA_TRACK, VARIOUS_ARTISTS
from linernotes.sources.musicbrainz.coverart import front_of
from linernotes.sources.musicbrainz.ids import SOURCE, is_nobody, mbid_of, page
from linernotes.sources.reading import mapping, mappings, text, texts, whole

TRACKS_PER_PAGE = 200

MOST_RELEASES = 20_000
"""Editions of one artist that are read at most: a source whose pages never end must not keep us for ever."""


def parse_artists(answer: Json) -> tuple[ArtistFact, ...]:
    """The candidates of a search, best first, without those who are nobody in particular."""
    found = (parse_artist(artist) for artist in mappings(answer, "artists"))
    return tuple(artist for artist in found if artist is not None)


def parse_linked(answer: Json, asked: ExternalId) -> tuple[ArtistFact, ...]:
    """The artists that an address is linked to: each has the id that stands in it as one of their own."""
    links = (r for r in mappings(answer, "relations") if text(r, "target-type") == "artist" and not r.get("ended"))
    found = (parse_artist(mapping(link, "artist")) for link in links)
    return tuple(replace(artist, ids=(*artist.ids, asked)) for artist in found if artist is not None)


def parse_artist(artist: Json, asked: str | None = None) -> ArtistFact | None:
    """One artist. asked is the id of the question: an artist that was merged since has both ids."""
    mbid, name = mbid_of(artist), text(artist, "name")
    if mbid is None or not name or is_nobody(artist):
        return None
    score = whole(artist, "score")
    ids = dict.fromkeys([mbid, *([asked] if asked else [])])
    return ArtistFact(
        name=name,
        ids=tuple(ExternalId(SOURCE, value) for value in ids),
        score=100 if score is None else min(score, 100),
        aliases=aliases_of(artist),
        disambiguation=text(artist, "disambiguation"),
        url=page("artist", mbid),
    )


def aliases_of(artist: Json, *, hints: bool = True) -> tuple[str, ...]:
    """Other names; search hints (misspellings that people type) only on request."""
    own = text(artist, "name")
    named = (
        text(alias, "name")
        for alias in mappings(artist, "aliases")
        if hints or text(alias, "type").casefold() != "search hint"
    )
    return tuple(name for name in dict.fromkeys(named) if name and name != own)


def parse_albums(answer: Json, offset: int) -> Page[AlbumFact]:
    """A page of editions, gathered to the albums (release groups) they are editions of."""
    editions: dict[str, list[Json]] = {}
    problems = []
    returned = answer.get("releases") if isinstance(answer, dict) else None
    for release in mappings(answer, "releases"):
        group = mbid_of(mapping(release, "release-group"))
        if _is_by_various_artists(release):
            continue
        if group is None or mbid_of(release) is None:
            detail = f"the edition {text(release, 'title')!r} has no id, or none of the album it belongs to"
            problems.append(Problem(source=SOURCE, record=text(release, "id"), kind="unusable_record", detail=detail))
            continue
        editions.setdefault(group, []).append(release)
    reached = offset + (len(returned) if isinstance(returned, list) else 0)
    total = whole(answer, "release-count")
    more = reached > offset and total is not None and reached < total and reached < MOST_RELEASES
    if reached >= MOST_RELEASES and total is not None and reached < total:
        detail = f"{total} editions; read were the first {reached}"
        problems.append(Problem(source=SOURCE, record=f"offset {offset}", kind="too_many_albums", detail=detail))
    albums = tuple(_album(group, releases) for group, releases in editions.items())
    return Page(albums, next_offset=reached if more else None, problems=tuple(problems))


def _on_discogs(releases: list[Json], best: Json) -> list[str]:
    """The numbers of the editions' pages at Discogs, the best edition's first."""
    found = []
    for release in [best, *releases]:
        for relation in mappings(release, "relations"):
            address = text(mapping(relation, "url"), "resource")
            if relation.get("ended") is not True and (number := discogs_release(address)) is not None:
                found.append(number)
    return list(dict.fromkeys(found))


def _is_by_various_artists(release: Json) -> bool:
    credited = [mbid_of(mapping(credit, "artist")) for credit in mappings(release, "artist-credit")]
    return credited == [VARIOUS_ARTISTS]


def _album(group_mbid: str, releases: list[Json]) -> AlbumFact:
    best = min(releases, key=edition_rank)
    group = mapping(best, "release-group")
    ids = [ExternalId(SOURCE, group_mbid)]
    ids += [ExternalId("musicbrainz_release", mbid) for r in releases if (mbid := mbid_of(r)) is not None]
    ids += [ExternalId("discogs_release", number) for number in _on_discogs(releases, best)]
    return AlbumFact(
        name=text(group, "title") or text(best, "title") or "[untitled]",
        ids=tuple(dict.fromkeys(ids)),
        release_date=_date(text(group, "first-release-date")) or _date(text(best, "date")),
        kind=_kind(group),
        cover_url=front_of(group_mbid, releases),
        url=page("release-group", group_mbid),
        edition=mbid_of(best),
        edition_rank=edition_rank(best),
    )


def _kind(group: Json) -> str:
    if {"compilation", "dj-mix"} & {kind.casefold() for kind in texts(group, "secondary-types")}:
        return "compilation"
    kind = text(group, "primary-type").casefold()
    return kind if kind in ("album", "single", "ep") else "other"


def _date(value: str) -> str | None:
    """ISO text of any precision, or None: dates come empty, and with unknown parts as `????`."""
    parts = value.split("-")
    if len(parts) > 3 or not all(part.isascii() and part.isdigit() for part in parts) or len(parts[0]) != 4:
        return None
    bounds = [(1, 9999), (1, 12), (1, 31)]
    known = [p for p, (low, high) in zip(parts, bounds, strict=False) if low <= int(p) <= high]
    return "-".join(p.zfill(2) for p in known) if len(known) == len(parts) else None


_DIGITAL = ("digital media", "cd", "hdcd", "shm-cd", "blu-spec cd", "enhanced cd", "copy control cd", "hybrid sacd")


def edition_rank(release: Json) -> str:
    """Which edition stands for an album, as text that sorts: the smallest is the best.

    In this order: official before unknown before promotional and pseudo-releases; one whose tracks are listed; the
    earliest date; digital and CD before the rest; then the id, so that the choice never depends on the order.
    """
    status = {"official": "0", "": "1"}.get(text(release, "status").casefold(), "2")
    media = mappings(release, "media")
    has_tracks = any(whole(medium, "track-count") or mappings(medium, "tracks") for medium in media)
    date = (_date(text(release, "date")) or "9999").split("-")
    padded = "-".join([*date, "99", "99"][:3])
    formats = {text(medium, "format").casefold() for medium in media}
    digital = bool(formats) and all(f in _DIGITAL for f in formats)
    return f"{status}{0 if has_tracks else 1} {padded} {0 if digital else 1} {mbid_of(release) or ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A track of an edition that can be heard: no film, no data. disc counts from 1."""

    disc: int
    track: Json
    recording: Json


def heard(release: Json) -> Iterator[Heard]:
    """The audible tracks of an edition in order, hidden ones before the first included."""
    for number, medium in enumerate(mappings(release, "media"), start=1):
        pregap = mapping(medium, "pregap")
        listed = [*([pregap] if pregap else []), *mappings(medium, "tracks"), *mappings(medium, "data-tracks")]
        for track in listed:
            recording = mapping(track, "recording")
            if recording.get("video") is not True and not _is_data(track, recording):
                yield Heard(disc=whole(medium, "position") or number, track=track, recording=recording)


def _is_data(track: Json, recording: Json) -> bool:
    credits = mappings(track, "artist-credit") or mappings(recording, "artist-credit")
    only_data = bool(credits) and all(mbid_of(mapping(c, "artist")) == DATA_TRACK for c in credits)
    return only_data or text(track, "title").casefold() == "[data track]"


def parse_tracks(release: Json, offset: int) -> Page[TrackFact]:
    """The audible tracks of an edition, a page of them from an offset of ours."""
    listed = list(heard(release))
    facts, problems = [], []
    for entry in listed[offset : offset + TRACKS_PER_PAGE]:
        fact = _track(entry, release)
        if fact is not None:
            facts.append(fact)
        else:
            detail = f"the track {text(entry.track, 'title')!r} has no id or no title"
            record = mbid_of(release) or ""
            problems.append(Problem(source=SOURCE, record=record, kind="unusable_record", detail=detail))
    following = offset + TRACKS_PER_PAGE
    return Page(tuple(facts), following if following < len(listed) else None, tuple(problems))


def _track(entry: Heard, release: Json) -> TrackFact | None:
    track_mbid, recording_mbid = mbid_of(entry.track), mbid_of(entry.recording)
    name = text(entry.track, "title") or text(entry.recording, "title")
    if track_mbid is None or not name:
        return None
    length = whole(entry.track, "length") or whole(entry.recording, "length")
    credits = (mappings(entity, "artist-credit") for entity in (entry.track, entry.recording, release))
    return TrackFact(
        name=name,
        ids=(ExternalId(SOURCE, track_mbid),),
        recording_ids=(ExternalId(SOURCE, recording_mbid),) if recording_mbid else (),
        isrcs=tuple(dict.fromkeys(texts(entry.recording, "isrcs"))),
        duration_ms=length or None,
        disc=entry.disc,
        position=whole(entry.track, "position"),
        artists=next((names for credit in credits if (names := _credited(credit))), ()),
        url=page("recording", recording_mbid) if recording_mbid else page("track", track_mbid),
    )


def _credited(credit: list[Json]) -> tuple[str, ...]:
    named = (text(part, "name") or text(mapping(part, "artist"), "name") for part in credit)
    return tuple(name for name in named if name)


def same_album(answer: Json, groups: tuple[str, ...], title: str) -> bool:
    """Whether an edition with another id than asked for is of the same album: it was merged."""
    group = mbid_of(mapping(answer, "release-group"))
    if groups:
        return group in groups
    return text(answer, "title").casefold() == title.casefold()


def same_person(answer: Json, name: str) -> bool:
    """Whether an artist with another id than asked for has the name we know: it was merged."""
    names = {text(answer, "name"), text(answer, "sort-name"), *aliases_of(answer)}
    return name.casefold() in {known.casefold() for known in names}
