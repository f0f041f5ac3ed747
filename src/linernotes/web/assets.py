"""The pages' own files: one style sheet, one script, one icon. Nothing is fetched from anybody else.

A file's address holds a hash of its content, so that browsers keep it for a year and still never show an old one.
Each is compressed once, when it is first asked for.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from fastapi import Request
from starlette.responses import Response

from linernotes.errors import NotFound

PREFIX = "/static/"
KEEP = "public, max-age=31536000, immutable"
WORTH_COMPRESSING = 500
"""Below this size in bytes a compressed answer is hardly shorter than the plain one."""

_KINDS = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file as it is served."""

    path: str
    kind: str
    content: bytes
    compressed: bytes | None


@cache
def assets() -> Mapping[str, Asset]:
    """Every file by its plain name, such as `site.css`."""
    static = files("linernotes.web") / "static"
    sheets = sorted(
        (sheet for sheet in (static / "css").iterdir() if sheet.name.endswith(".css")), key=lambda s: s.name
    )
    contents = {
        "site.css": b"".join(sheet.read_bytes() for sheet in sheets),
        "site.js": (static / "site.js").read_bytes(),
        "icon.svg": (static / "icon.svg").read_bytes(),
    }
    return MappingProxyType({name: _asset(name, content) for name, content in contents.items()})


def asset_path(name: str) -> str:
    """Where a file is served: `/static/site.0123456789.css`."""
    return assets()[name].path


def serve(request: Request, name: str) -> Response:
    """The file at an address. Raises NotFound for one that is not there, or of another version."""
    found = next((asset for asset in assets().values() if asset.path == PREFIX + name), None)
    if found is None:
        raise NotFound("This version of the file is gone. Load the page again.")
    headers = {"cache-control": KEEP, "vary": "accept-encoding", "x-content-type-options": "nosniff"}
    if found.compressed is not None and accepts_gzip(request):
        return Response(found.compressed, headers=headers | {"content-encoding": "gzip"}, media_type=found.kind)
    return Response(found.content, headers=headers, media_type=found.kind)


def accepts_gzip(request: Request) -> bool:
    """Whether the browser takes compressed answers."""
    offered = request.headers.get("accept-encoding", "").split(",")
    return any(part.split(";")[0].strip() == "gzip" and part.partition(";")[2].strip() != "q=0" for part in offered)


def compressed(content: bytes, level: int = 6) -> bytes | None:
    """The content compressed, or None where that is not worth it."""
    return gzip.compress(content, level, mtime=0) if len(content) >= WORTH_COMPRESSING else None


def _asset(name: str, content: bytes) -> Asset:
    stem, _, kind = name.rpartition(".")
    version = hashlib.sha256(content).hexdigest()[:10]
    return Asset(
        path=f"{PREFIX}{stem}.{version}.{kind}", kind=_KINDS[kind], content=content, compressed=compressed(content, 9)
    )
