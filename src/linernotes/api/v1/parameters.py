"""What the routes take, checked and explained once."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Header, Path, Query
from pydantic import StringConstraints

from linernotes.model.names import LONGEST_NAME
from linernotes.search.finding import FIRST_YEAR, LAST_YEAR
from linernotes.search.paging import LONGEST_CURSOR, MOST

Limit = Annotated[int, Query(ge=1, le=MOST, description="How many to list at most.")]
Cursor = Annotated[
    str | None,
    Query(min_length=1, max_length=LONGEST_CURSOR, description="`next` of the page before; leave it out to begin."),
]
Name = Annotated[
    str | None,
    Query(
        max_length=LONGEST_NAME,
        description="A name or part of one: accents, punctuation and typos are forgiven, aliases count.",
        examples=["nile rogers"],
    ),
]
Title = Annotated[
    str,
    Query(
        min_length=1,
        max_length=LONGEST_NAME,
        description="A title or words of it; beside a song's title, the artist's too. Typos are forgiven.",
        examples=["heroes bowie"],
    ),
]
RoleWord = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[A-Za-z][A-Za-z _-]*$")]
ONE_ROLE = "A role (`co_producer`) or a class of roles (`writer`); `producer` means all that count as one."
OneRole = Annotated[RoleWord | None, Query(description=ONE_ROLE, examples=["producer"])]
Roles = Annotated[list[RoleWord] | None, Query(max_length=20, description=f"{ONE_ROLE} Repeat it for several.")]
Genre = Annotated[
    str | None, Query(min_length=1, max_length=100, description="A genre of their artists.", examples=["disco"])
]
FromYear = Annotated[
    int | None, Query(ge=FIRST_YEAR, le=LAST_YEAR, description="First year of a recording's first release.")
]
ToYear = Annotated[
    int | None, Query(ge=FIRST_YEAR, le=LAST_YEAR, description="Last year of a recording's first release.")
]
Flag = Literal["true", "false"] | None
Id = Annotated[UUID, Path(description="The id.")]


def truth(flag: Flag) -> bool | None:
    """A flag as a truth value; None when it was not given."""
    return None if flag is None else flag == "true"


async def wants_csv(
    format: Annotated[
        Literal["json", "csv"] | None, Query(description="json (default) or csv; else Accept decides.")
    ] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> bool:
    """Whether a list is to be CSV: because the query says so, else because Accept names CSV, not after JSON."""
    if format is not None:
        return format == "csv"
    csv, json = accept.find("text/csv"), accept.find("json")
    return csv >= 0 and (json < 0 or csv < json)


AsCsv = Annotated[bool, Depends(wants_csv)]
