"""The routes under /v1: producers, artists, albums, tracks, credits, discoveries, queues, health."""

from fastapi import APIRouter

router = APIRouter(prefix="/v1")
"""Every route takes the right to read; one that starts work takes `require(Role.AUTHENTICATED)` as well."""
