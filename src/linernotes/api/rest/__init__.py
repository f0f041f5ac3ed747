"""The functions of the contract in PostgREST's shape: /rest/v1/rpc/{function}."""

from linernotes.api.rest.routes import router

__all__ = ["router"]
