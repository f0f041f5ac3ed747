"""HEAD, wherever GET is: the same head, and no body (RFC 9110, 9.3.2).

Routes know GET only. Left alone are PostgREST's shapes, which have a HEAD of their own, and signing in: a link that
works once is not to be used up by whoever only asks whether it is there.
"""

from __future__ import annotations

from anyio import CancelScope
from anyio.lowlevel import checkpoint

from linernotes.api.asgi import ASGIApp, Message, Receive, Scope, Send

LEFT_ALONE = ("/rest/", "/sign-in")
OF_THE_ROUTE = ("route", "path_params", "endpoint")


class Heads:
    """Asks the route what GET would answer, and sends the head of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD" or scope["path"].startswith(LEFT_ALONE):
            return await self._app(scope, receive, send)
        asked = {**scope, "method": "GET"}
        with CancelScope() as enough:

            async def sending(message: Message) -> None:
                if message["type"] == "http.response.start":
                    scope.update({key: asked[key] for key in OF_THE_ROUTE if key in asked})  # for who counts
                    return await send(message)
                if message["type"] == "http.response.body" and not enough.cancel_called:
                    await send({"type": "http.response.body", "body": b""})
                    if message.get("more_body"):  # a stream may have no end: nobody waits for the rest of it
                        enough.cancel()
                        await checkpoint()
                return None

            await self._app(asked, receive, sending)
        return None
