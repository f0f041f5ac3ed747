"""A foreign page must not act with a visitor's session.

Browsers say where a request comes from (Sec-Fetch-Site, Origin), and pages cannot change what they say. What changes
something and carries our cookie has to come from a page of our own.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request

from linernotes.errors import NotAllowed

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def refuse_foreign(request: Request) -> None:
    """Raises NotAllowed for a request that changes something and was not sent by a page of ours."""
    if request.method in SAFE or same_origin(request):
        return
    raise NotAllowed("This was sent by another site's page. Open it here and try again, or send a key.")


def same_origin(request: Request) -> bool:
    """Whether a browser says that the request comes from a page of this very host. Silence is a no."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    host = request.headers.get("host")
    return bool(origin and host) and urlsplit(origin or "").netloc == host
