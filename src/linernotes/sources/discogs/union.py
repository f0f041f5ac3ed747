"""The credits of several versions of one album together (rule S4): each claim names the version it is from."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from linernotes.model.catalogue import AlbumRef, Json, Problem, TrackRef
from linernotes.model.claim import Claim, CreditAnswer
from linernotes.sources.discogs.credits import parse_credits

RELEASE, MASTER = "discogs_release", "discogs_master"
"""The schemes of an album's ids."""


class Union:
    """What the versions say about our tracks."""

    def __init__(self, album: AlbumRef, tracks: Sequence[TrackRef]) -> None:
        self._artist = album.artist.name
        self._tracks = tracks
        self._claims: dict[UUID, dict[Claim, None]] = {}
        self._problems: dict[Problem, None] = {}
        self.versions = 0

    def add(self, release: Json) -> None:
        """Join what one more version says."""
        said = parse_credits(release, self._artist, self._tracks)
        self.versions += 1
        for track, claims in said.claims.items():
            self._claims.setdefault(track, {}).update(dict.fromkeys(claims))
        self._problems |= dict.fromkeys(said.problems)

    def names_producers(self) -> bool:
        """Whether for every track somebody is named who produced, as the words go: enough to stop looking."""
        named = (any("produce" in c.raw_role.casefold() for c in self._claims.get(t.id, ())) for t in self._tracks)
        return all(named)

    def answer(self) -> CreditAnswer:
        """All claims so far. A track that no version has is unknown."""
        claims = {track: tuple(said) for track, said in self._claims.items()}
        return CreditAnswer(claims=claims, problems=tuple(self._problems))
