"""A key that never changes and is shown to a source with every request; and what to say when it is not accepted."""

from __future__ import annotations

from pydantic import SecretStr

from linernotes.errors import SettingsError
from linernotes.model.catalogue import Json
from linernotes.sources.exchange import Reply
from linernotes.sources.transport import Judge


class FixedKey:
    """Implements Key of the transport, which sends it to the source's own address and nowhere else."""

    def __init__(self, pattern: str, token: SecretStr) -> None:
        """pattern is the header with `{}` where the token belongs: `Bearer {}`."""
        self._authorization = pattern.format(token.get_secret_value())

    async def authorization(self) -> str:
        return self._authorization

    def refused(self, authorization: str) -> bool:
        """No other key is at hand."""
        return False


def key_refused(sentence: str) -> Judge:
    """An answer of 401 as a SettingsError with this sentence: the work waits until the setting is right."""

    def judge(reply: Reply, json: Json) -> Exception | None:
        return SettingsError(sentence) if reply.status == 401 else None

    return judge
