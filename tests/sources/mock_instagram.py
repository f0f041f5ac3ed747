"""The one question of the Graph API that we ask, over real HTTP: other people's professional accounts, invented."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.sources.mock_server import Asked, MockServer, Reply, json_reply

Object = dict[str, Any]

TOKEN, USER_ID = "EAAtoken", "17841400000000000"


@dataclass
class Accounts:
    """Who has a professional account, and who a personal one; expired: the token is no longer accepted."""

    professional: dict[str, Object] = field(default_factory=dict)
    personal: set[str] = field(default_factory=set)
    expired: bool = False

    def add(self, handle: str, biography: str = "", website: str = "") -> None:
        self.professional[handle] = {"username": handle, "id": f"178{len(self.professional)}", "name": handle.title()}
        self.professional[handle] |= {"biography": biography} if biography else {}
        self.professional[handle] |= {"website": website} if website else {}


def error(code: int, message: str, *, status: int = 400, subcode: int | None = None, **headers: str) -> Reply:
    """An error as the Graph API words it."""
    body: Object = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A"}
    body |= {"error_subcode": subcode} if subcode is not None else {}
    return json_reply({"error": body}, status, **headers)


def answer(accounts: Accounts, asked: Asked) -> Reply:
    """What the Graph API says to a request."""
    if asked.headers.get("authorization") != f"Bearer {TOKEN}" or accounts.expired:
        return error(190, "Error validating access token: Session has expired", status=401)
    wanted = re.fullmatch(r"business_discovery\.username\(([^()]+)\)\{([a-z_,]+)\}", asked.params.get("fields", ""))
    if asked.path != f"/v23.0/{USER_ID}" or wanted is None or "access_token" in asked.params:
        return error(100, "Unsupported get request", subcode=33)
    found = accounts.professional.get(wanted[1])
    if found is None and wanted[1] in accounts.personal:
        return error(110, "Invalid user id")
    if found is None:
        return error(100, "Invalid parameter", subcode=2207013)
    shown = {name: found[name] for name in [*wanted[2].split(","), "id"] if name in found}
    return json_reply({"business_discovery": shown, "id": USER_ID})


def serve(accounts: Accounts) -> MockServer:
    """The Graph API over these accounts; its base address is `mock.url + '/v23.0'`."""
    return MockServer(lambda asked: answer(accounts, asked))
