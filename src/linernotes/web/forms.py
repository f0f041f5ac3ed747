"""What a form of ours posts: short fields, urlencoded. Anything else is refused before it is read to the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from linernotes.errors import UsageError

MOST_BYTES = 64_000
MOST_FIELDS = 500


async def posted_form(request: Request) -> Mapping[str, str]:
    """The fields of a posted form; of a repeated one the last. Raises UsageError for what is no form of ours."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise UsageError("Send this as a form: application/x-www-form-urlencoded.")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise UsageError(f"The form is longer than {MOST_BYTES:,} bytes.")
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise UsageError("The form cannot be read: it is not urlencoded UTF-8.") from None
    return dict(fields)


FormOf = Annotated[Mapping[str, str], Depends(posted_form)]
"""The fields that were posted."""
