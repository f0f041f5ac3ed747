"""The failures that every route may answer with, as the OpenAPI description tells them (RFC 9457)."""

from __future__ import annotations

from typing import Any

PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong and what to do instead, for people."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "error": {"type": "string"}},
            },
        },
    },
}


def problem(description: str, detail: str, status: int, title: str) -> dict[str, Any]:
    """One failure with an example."""
    example = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return {
        "description": description,
        "content": {"application/problem+json": {"schema": PROBLEM, "example": example}},
    }


_CODES: tuple[tuple[int, str, str, str], ...] = (
    (400, "Bad Request", "Not JSON", "The body is not valid JSON."),
    (401, "Unauthorized", "No key, or one that is not valid", "Show a key: `apikey: KEY`."),
    (403, "Forbidden", "The role may not", "This takes the role authenticated; you are anon."),
    (404, "Not Found", "No such thing", "No producer has the id 00000000-0000-0000-0000-000000000000."),
    (413, "Content Too Large", "The body is too large", "The body is too large: at most 1000000 bytes."),
    (414, "URI Too Long", "The query is too long", "The address is too long: its query has at most 16000 bytes."),
    (421, "Misdirected Request", "A host that is not ours", "This is not the host you asked for."),
    (422, "Unprocessable Content", "It cannot be; the text says what to ask instead", "There is no role 'x'."),
    (429, "Too Many Requests", "Too often; Retry-After says when", "That is too often. Ask again in 3 s."),
    (503, "Service Unavailable", "The database is away or busy; Retry-After says when", "Ask again shortly."),
)

COMMON: dict[int | str, dict[str, Any]] = {
    status: problem(description, detail, status, title) for status, title, description, detail in _CODES
}
"""Every route's failures."""
