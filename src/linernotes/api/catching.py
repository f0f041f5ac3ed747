"""The last net: an error that nothing else told becomes a problem with an id, and the log has the rest."""

from __future__ import annotations

from starlette.requests import Request

from linernotes.api.asgi import ASGIApp, Message, Receive, Scope, Send
from linernotes.api.problems import Page, problem_of, respond


class Catching:
    """Answers for what raised below, unless the answer had begun."""

    def __init__(self, app: ASGIApp, page: Page | None = None) -> None:
        self._app = app
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            problem = problem_of(error)
            if started:
                raise
            await respond(Request(scope), problem, self._page)(scope, receive, send)
        return None
