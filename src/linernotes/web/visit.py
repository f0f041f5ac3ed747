"""One person's visit to a page: what their browser asked, and who they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.responses import Response

from linernotes.api.auth import Caller, CallerOf
from linernotes.web.rendering import page


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a view needs to answer with a page."""

    request: Request
    caller: Caller

    def page(self, template: str, *, title: str, status: int = 200, **values: Any) -> Response:
        """A page for this visitor; it knows who is signed in."""
        return page(self.request, template, title=title, status=status, caller=self.caller, **values)


async def visit_of(request: Request, caller: CallerOf) -> Visit:
    """The dependency behind `VisitOf`."""
    return Visit(request=request, caller=caller)


VisitOf = Annotated[Visit, Depends(visit_of)]
"""Who visits, and their request."""
