"""What a discovery will ask Spotify."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from linernotes.model.artist_ids import artist_id_of
from linernotes.model.catalogue import value_of
from linernotes.sources.asking import ALBUMS, TRACKS, Ask, KnownAlbum, KnownArtist, Planning
from linernotes.sources.calls import Call
from linernotes.sources.spotify import calls
from linernotes.sources.spotify.mode import Mode, note_name


def as_catalogue(planning: Planning) -> list[Ask]:
    """As the catalogue, in the mode that is set, or else was found out."""
    settings = planning.settings
    name = note_name(settings.spotify_client_id or "")
    found_out = planning.noted("spotify", [name], settings.spotify_url).get(name)
    return in_mode(planning, Mode(settings.spotify_mode), found_out)


def in_mode(planning: Planning, setting: Mode, found_out: object) -> list[Ask]:
    """As the catalogue. Until its mode is known, it is taken for the restricted one, and one try is added."""
    artist = planning.artist
    extended = Mode.EXTENDED in (setting, found_out) and setting is not Mode.DEVELOPMENT
    first = calls.FULL_LIMIT if setting is Mode.EXTENDED else calls.RESTRICTED_LIMIT
    asked = [Ask(source="spotify", purpose="finding the artist", questions=(_finding(planning.name, first),))]
    number = value_of(artist.ids, "spotify") if artist is not None else None
    albums = artist.albums if artist is not None else ()
    count = len(albums) if artist is not None else ALBUMS
    limit = calls.FULL_LIMIT if extended else calls.RESTRICTED_LIMIT
    offsets = [0, *range(first, count, limit)]
    listed = tuple(calls.albums(number, o, limit if o else first) for o in offsets) if number else ()
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


def _finding(name: str, limit: int) -> Call:
    asked = artist_id_of(name)
    return calls.find_artists(name, limit) if asked is None else calls.artist(asked.value)


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
            later = range(calls.TRACKS_PAGE, len(known.tracks), calls.TRACKS_PAGE)
            pages += [calls.album(number), *(calls.album_tracks(number, offset) for offset in later)]
            tracks += [calls.track(t) for track in known.tracks if (t := value_of(track.ids, "spotify"))]
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
            further=ceil(count / calls.ALBUMS_PER_CALL),
            goes_with_the_last=True,
        ),
        Ask(
            source="spotify",
            purpose="the ISRCs of the tracks, fifty a call",
            further=ceil(tracks / calls.TRACKS_PER_CALL),
            goes_with_the_last=True,
        ),
    ]
