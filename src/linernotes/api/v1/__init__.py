"""The routes under /v1: producers, artists, albums, tracks, credits, discoveries, exports, queues, health.

A route asks one function of `search/` and answers with the value it gives, as JSON or CSV. None writes but those
that start or stop a discovery and put dead letters back; these take a role.
"""

from fastapi import APIRouter

from linernotes.api.v1 import catalogue, credits, discoveries, exports, operations, producers
from linernotes.api.v1.problems import COMMON

router = APIRouter(prefix="/v1", responses=COMMON)
"""Every route takes the right to read; one that starts work takes `require(Role.AUTHENTICATED)` as well."""

for part in (producers, catalogue, credits, discoveries, exports, operations):
    router.include_router(part.router)

__all__ = ["router"]
