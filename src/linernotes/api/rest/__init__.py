"""The functions of the contract in PostgREST's shape: /rest/v1/rpc/{function}."""

from fastapi import APIRouter

router = APIRouter(prefix="/rest/v1")
