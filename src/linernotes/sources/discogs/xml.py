"""The records of a Discogs dump, one after the other, in the shape of the API's answers.

A dump is one XML document of any size, gzipped: it is read as a stream, and a record is gone once it is used. What a
record holds is read by the same functions as an answer of the API.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast
from xml.etree.ElementTree import Element, ParseError, iterparse

from linernotes.errors import UsageError
from linernotes.model.catalogue import Json

KINDS = {"releases": "release", "artists": "artist"}
"""The root of a dump that we read, and the name of its records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A dump that ends in the middle: what stands before is good."""

    why: str


def read_dump(path: Path) -> tuple[str, Iterator[Json | Cut]]:
    """The kind of a dump (releases, artists) and its records; a Cut is the last thing, when the file is damaged.

    Raises UsageError for a file that is no such dump.
    """
    if not path.is_file():
        raise UsageError(f"There is no file {path}. Give the path of a Discogs dump, such as releases.xml.gz.")
    records = _records(path)
    try:
        first = next(records)
    except (ParseError, EOFError, zlib.error, OSError) as error:
        raise UsageError(f"{path.name} cannot be read as a Discogs dump ({error}). Download it again.") from None
    if not isinstance(first, str) or first not in KINDS:
        root = f"<{first}>"
        raise UsageError(
            f"{path.name} begins with {root}, and is no dump of releases or artists. Give one of those "
            "(discogs_..._releases.xml.gz, discogs_..._artists.xml.gz)."
        )
    return first, _until_damage(path, cast("Iterator[Json]", records))


def _until_damage(path: Path, records: Iterator[Json]) -> Iterator[Json | Cut]:
    try:
        yield from records
    except (ParseError, EOFError, zlib.error, OSError) as error:
        yield Cut(why=f"{path.name} is damaged or ends in the middle ({error}): what stands before it was read")


def _records(path: Path) -> Iterator[str | Json]:
    """The name of the root, then each record."""
    with path.open("rb") as raw:
        zipped = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        stream: BinaryIO = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if zipped else raw
        root: Element | None = None
        depth = 0
        for event, element in iterparse(stream, events=("start", "end")):
            if event == "start":
                depth += 1
                if root is None:
                    root = element
                    yield element.tag
                continue
            depth -= 1
            if depth == 1 and root is not None:
                if element.tag == "release":
                    yield release_of(element)
                elif element.tag == "artist":
                    yield artist_of(element)
                root.clear()


def release_of(element: Element) -> Json:
    """A release as the API would answer it; what nobody here reads is left out."""
    found: dict[str, Any] = {
        "id": _number(element.get("id")),
        "status": element.get("status", ""),
        "title": _text(element, "title"),
        "released": _text(element, "released"),
        "artists": _credits(element, "artists"),
        "extraartists": _credits(element, "extraartists"),
        "tracklist": [_track(track) for track in element.iterfind("tracklist/track")],
        "formats": [
            {
                "name": form.get("name", ""),
                "descriptions": [d.text for d in form.iterfind("descriptions/description") if d.text],
            }
            for form in element.iterfind("formats/format")
        ],
    }
    master = element.find("master_id")
    if master is not None:
        found["master_id"] = _number(master.text)
        found["is_main_release"] = master.get("is_main_release") == "true"
    return found


def _track(element: Element) -> Json:
    found: dict[str, Any] = {name: _text(element, name) for name in ("position", "title", "duration")}
    for name in ("artists", "extraartists"):
        if credits := _credits(element, name):
            found[name] = credits
    parts = [_track(part) for part in element.iterfind("sub_tracks/track")]
    return {**found, "sub_tracks": parts} if parts else found


def _credits(element: Element, name: str) -> list[Json]:
    fields = ("name", "anv", "join", "role", "tracks")
    return [
        {"id": _number(_text(artist, "id")), **{field: _text(artist, field) for field in fields}}
        for artist in element.iterfind(f"{name}/artist")
    ]


def artist_of(element: Element) -> Json:
    """An artist as the API would answer it."""
    return {
        "id": _number(_text(element, "id")),
        "name": _text(element, "name"),
        "realname": _text(element, "realname"),
        "urls": [url.text.strip() for url in element.iterfind("urls/url") if url.text and url.text.strip()],
        "namevariations": [n.text for n in element.iterfind("namevariations/name") if n.text],
        "members": [
            {"id": _number(member.get("id")), "name": member.text or ""}
            for member in element.iterfind("members/name")
        ],
    }


def _text(element: Element, name: str) -> str:
    return (element.findtext(name) or "").strip()


def _number(written: str | None) -> int | None:
    digits = (written or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 10 else None
