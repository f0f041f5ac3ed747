"""Routes about artists, albums and tracks, and about what the base holds."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response

from linernotes.api.reading import Db, Router
from linernotes.api.v1 import answers, parameters
from linernotes.search.albums import AlbumPage, album_page
from linernotes.search.artists import AlbumListed, ArtistHit, ArtistPage, albums_of, artist_page, find_artists
from linernotes.search.contents import Contents, contents
from linernotes.search.paging import MOST
from linernotes.search.titles import AlbumHit, TrackHit, find_albums, find_tracks
from linernotes.search.tracks import TrackPage, track_page

router = Router(tags=["catalogue"])


@router.get(
    "/artists",
    operation_id="findArtists",
    **answers.many(ArtistHit),
)
def artists(
    request: Request,
    db: Db,
    as_csv: parameters.AsCsv,
    q: parameters.Name = None,
    limit: parameters.Limit = 20,
    cursor: parameters.Cursor = None,
) -> Response:
    """Find artists by name; all of them, by name, without one."""
    return answers.listing(request, ArtistHit, find_artists(db, q, limit=limit, cursor=cursor), as_csv=as_csv)


@router.get(
    "/artists/{id}",
    operation_id="getArtist",
    **answers.one(ArtistPage),
)
def artist(
    request: Request,
    db: Db,
    id: parameters.Id,
    albums: Annotated[int, Query(ge=1, le=MOST, description="How many of the newest albums to list.")] = 50,
) -> Response:
    """An artist: albums, and the people behind most of the music."""
    return answers.value(request, ArtistPage, artist_page(db, id, albums=albums))


@router.get(
    "/artists/{id}/albums",
    operation_id="listAlbumsOfArtist",
    **answers.many(AlbumListed),
)
def albums(
    request: Request,
    db: Db,
    as_csv: parameters.AsCsv,
    id: parameters.Id,
    limit: parameters.Limit = 50,
    cursor: parameters.Cursor = None,
) -> Response:
    """An artist's albums, the newest first."""
    return answers.listing(request, AlbumListed, albums_of(db, id, limit=limit, cursor=cursor), as_csv=as_csv)


@router.get(
    "/albums",
    operation_id="findAlbums",
    **answers.many(AlbumHit),
)
def albums_called(
    request: Request,
    db: Db,
    as_csv: parameters.AsCsv,
    q: parameters.Title,
    limit: parameters.Limit = 20,
    cursor: parameters.Cursor = None,
) -> Response:
    """Find albums by title, each with who produced most of it."""
    return answers.listing(request, AlbumHit, find_albums(db, q, limit=limit, cursor=cursor), as_csv=as_csv)


@router.get(
    "/albums/{id}",
    operation_id="getAlbum",
    **answers.one(AlbumPage),
)
def album(request: Request, db: Db, id: parameters.Id) -> Response:
    """An album: its tracks in order, each with the people credited on it."""
    return answers.value(request, AlbumPage, album_page(db, id))


@router.get(
    "/tracks",
    operation_id="findTracks",
    **answers.many(TrackHit),
)
def tracks_called(
    request: Request,
    db: Db,
    as_csv: parameters.AsCsv,
    q: parameters.Title,
    limit: parameters.Limit = 20,
    cursor: parameters.Cursor = None,
) -> Response:
    """Find songs by title, each with who produced and wrote it: a recording once, on its first album."""
    return answers.listing(request, TrackHit, find_tracks(db, q, limit=limit, cursor=cursor), as_csv=as_csv)


@router.get(
    "/tracks/{id}",
    operation_id="getTrack",
    **answers.one(TrackPage),
)
def track(request: Request, db: Db, id: parameters.Id) -> Response:
    """A track: credits, other albums and versions, and which sources were asked when."""
    return answers.value(request, TrackPage, track_page(db, id))


@router.get(
    "/contents",
    operation_id="getContents",
    **answers.one(Contents),
)
def held(request: Request, db: Db) -> Response:
    """What the base holds, and as of when each source said so."""
    return answers.value(request, Contents, contents(db), fresh=60)
