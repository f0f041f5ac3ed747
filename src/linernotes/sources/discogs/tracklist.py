"""The track list of a release: what can be heard, in order, with positions, durations and credits.

Headings are passed over. An index track (`type_` index, or one with `sub_tracks`) stands for its parts: the parts are
listed, and it is one more entry over their places, so that a catalogue that has it as one track finds it too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from linernotes.model.catalogue import Json
from linernotes.sources.discogs.positions import Positions, Span
from linernotes.sources.reading import mappings, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A track, or an index track over several places. credits are the entries of its own `extraartists`."""

    title: str
    span: Span
    position: str = ""
    duration_ms: int | None = None
    artists: tuple[Json, ...] = ()
    credits: tuple[Json, ...] = field(default=(), repr=False)

    @property
    def places(self) -> frozenset[int]:
        return frozenset(range(self.span[0], self.span[1] + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackList:
    """tracks has one entry a place; indexes are the entries over several."""

    tracks: tuple[Entry, ...]
    indexes: tuple[Entry, ...]
    positions: Positions

    @property
    def entries(self) -> Sequence[Entry]:
        return (*self.tracks, *self.indexes)


def read_tracklist(release: Json) -> TrackList:
    """The track list of a release, whichever way it came. Never raises."""
    tracks: list[Entry] = []
    indexes: list[Entry] = []
    for listed in mappings(release, "tracklist"):
        parts = [part for part in mappings(listed, "sub_tracks") if text(part, "title")]
        if parts:
            first = len(tracks)
            artists = tuple(mappings(listed, "artists"))
            tracks += [_entry(part, first + n, artists) for n, part in enumerate(parts)]
            indexes.append(_entry(listed, first, artists, last=len(tracks) - 1))
        elif _is_track(listed):
            tracks.append(_entry(listed, len(tracks), ()))
    groups: Mapping[str, Span] = {index.position: index.span for index in indexes if index.position}
    positions = Positions([track.position for track in tracks], groups)
    return TrackList(tracks=tuple(tracks), indexes=tuple(indexes), positions=positions)


def _is_track(listed: Json) -> bool:
    """Dumps have no `type_`: there a heading is what has neither position nor duration."""
    kind = text(listed, "type_").casefold()
    if not text(listed, "title") and not text(listed, "position"):
        return False
    if kind:
        return kind != "heading"
    return bool(text(listed, "position") or text(listed, "duration") or mappings(listed, "extraartists"))


def _entry(listed: Json, first: int, artists: tuple[Json, ...], *, last: int | None = None) -> Entry:
    return Entry(
        title=text(listed, "title"),
        span=(first, first if last is None else last),
        position=text(listed, "position"),
        duration_ms=read_duration(text(listed, "duration")),
        artists=tuple(mappings(listed, "artists")) or artists,
        credits=tuple(mappings(listed, "extraartists")),
    )


_DURATION = re.compile(r"(?:(\d{1,3})[:.])?(\d{1,3})[:.](\d{2})")


def read_duration(written: str) -> int | None:
    """`4:45` and `1:02:03` in milliseconds; None for nothing, for 0:00 and for what cannot be read."""
    found = _DURATION.fullmatch(written.strip("() '\""))
    if found is None or int(found[3]) > 59:
        return None
    seconds = (int(found[1] or 0) * 60 + int(found[2])) * 60 + int(found[3])
    return seconds * 1000 or None
