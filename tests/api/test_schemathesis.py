"""Whatever the OpenAPI description allows or forbids is sent to the application; it keeps to the description.

LINERNOTES_API_CASES says how many requests are made in all; a few hundred take some seconds, 10,000 some minutes.
"""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from psycopg import Connection
from schemathesis import GenerationMode
from schemathesis import checks as known_checks

from linernotes.api.keys import Role
from linernotes.settings import Settings
from tests.api.conftest import HeadersOf, Served
from tests.factories import World

CASES = int(os.environ.get("LINERNOTES_API_CASES", "400"))

# That a value of the right form is accepted cannot be promised: a year is a year, and yet after another one.
CHECKS = [
    known_checks.not_a_server_error,
    *(
        check
        for check in known_checks.CHECKS.get_all()
        if check.__name__
        in {
            "status_code_conformance", "content_type_conformance", "response_headers_conformance",
            "response_schema_conformance", "negative_data_rejection", "unsupported_method",
        }
    ),
]  # fmt: skip


@pytest.fixture
def settings() -> Settings:
    return Settings(contact="tests@example.org")


@pytest.fixture
def ids(db: Connection[Any]) -> dict[str, list[UUID]]:
    """A small base, and what there is in it for each kind of address."""
    world = World(db)
    people = [world.producer("Ada Producer", "A. P."), world.producer("Bo 🎹 Writer"), world.producer("=Cy")]
    for number in range(3):
        song = world.track(f"Song {number}", album=f"Album {number}", released=f"20{10 + number}")
        for person in people[: number + 1]:
            world.claim(song, person, "producer" if number else "composer")
        world.looked(song, "musicbrainz", 1)
    world.conclude()
    world.link(people[0])
    world.problem("odd")
    db.execute("select linernotes.refresh_search(1000)")
    row = db.execute(
        """insert into linernotes.discoveries (source, names, keys, search_keys, schemes, id_values, sent, asked_by,
               started_at)
           values ('musicbrainz', '{Ada Lind}', '{artist:name:ada lind}', '{adalind}', '{""}', '{""}', 1, 'x', now())
           returning id"""
    ).fetchone()
    assert row
    return {
        "producers": people,
        "artists": list(world.artists.values()),
        "albums": list(world.albums.values()),
        "tracks": list(world.recordings),
        "credits": [id for (id,) in db.execute("select id from track_producers").fetchall()],
        "discoveries": [row[0]],
    }


def test_the_application_keeps_to_its_description(
    served: Served, ids: dict[str, list[UUID]], headers_of: HeadersOf
) -> None:
    schema = schemathesis.openapi.from_url(f"{served.url}/openapi.json")
    operations = [
        operation
        for operation in (found.ok() for found in schema.get_all_operations())
        if not operation.path.startswith("/functions/")  # what works on queues is not there without workers
    ]
    each = max(3, CASES // (2 * len(operations)))
    answered: Counter[int] = Counter()
    wrong: list[str] = []
    operator = headers_of(Role.SERVICE)
    for operation in operations:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _ask(operation.as_strategy(generation_mode=mode), each, ids, operator, answered, wrong)
    print(dict(sorted(answered.items())), "of", sum(answered.values()))
    assert not wrong, "\n\n".join(wrong)
    assert sum(answered.values()) > len(operations) * each
    assert answered[200] > sum(answered.values()) / 10
    assert all(status < 500 for status in answered)


def _ask(
    cases: Any,
    count: int,
    ids: dict[str, list[UUID]],
    headers: dict[str, str],
    answered: Counter[int],
    wrong: list[str],
) -> None:
    """Send so many cases, and note what is not as it is described."""

    @seed(20261122)
    @hypothesis_settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, data=st.data())
    def send(case: Any, data: st.DataObject) -> None:
        kind = case.operation.path.split("/")[2] if case.operation.path.startswith("/v1/") else ""
        if kind in ids and "id" in case.path_parameters and data.draw(st.booleans()):
            case.path_parameters["id"] = str(data.draw(st.sampled_from(ids[kind])))
            if "other" in case.path_parameters:
                case.path_parameters["other"] = str(data.draw(st.sampled_from(ids[kind])))
        response = case.call(headers=headers, timeout=30)
        answered[response.status_code] += 1
        try:
            case.validate_response(response, checks=CHECKS)
        except schemathesis.core.failures.FailureGroup as failure:
            wrong.extend(f"{case.operation.label}: {one}"[:1500] for one in failure.exceptions)

    with suppress(Unsatisfiable):  # nothing can be wrong where nothing is asked
        send()
