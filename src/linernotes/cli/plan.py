"""`linernotes discover NAME --explain-plan`: what it would cost, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from linernotes.cli.output import Column, Shape, say, show_json, show_list, write
from linernotes.database.connect import connect, open_pool
from linernotes.services.discovery import starts
from linernotes.services.plan import Plan, plan
from linernotes.settings import Settings
from linernotes.sources.asking import EDITIONS, PEOPLE, TRACKS
from linernotes.sources.exchange import new_client
from linernotes.sources.registry import Registry, web_openers

COLUMNS = [
    Column("artist", only=Shape.CSV),
    Column("source"),
    Column("calls", right=True),
    Column("kept", right=True),
    Column("purpose"),
]


def explain_plan(settings: Settings, url: str, locator: str, names: Sequence[str], shape: Shape) -> None:
    """Print the plan of each artist. Sends no message and makes no call."""
    plans = asyncio.run(_plans(settings, url, locator, names))
    if shape is Shape.JSON:
        show_json(plans)
    elif shape is Shape.CSV:
        show_list([_row(p, i) for p in plans for i in range(len(p.steps))], COLUMNS, shape=shape)
    else:
        for one in plans:
            _show(one)
    if len(plans) > 1 and shape is Shape.TEXT:
        calls, seconds = sum(p.calls for p in plans), sum(p.seconds for p in plans)
        write(
            f"\nIn all {calls} calls, about {seconds} s. What one artist brings, the next does not ask for again.\n"
        )


async def _plans(settings: Settings, url: str, locator: str, names: Sequence[str]) -> list[Plan]:
    async with await open_pool(url, 1) as pool, new_client() as client:
        registry = Registry(web_openers(settings, pool, client))
        source = registry.catalogue(locator)
        messages = await starts(source, names)
        taking_part = {s.name: s for s in [*registry.credits(locator), *registry.profiles(locator)]}
        for variable, left_out in registry.left_out().items():
            say(f"Not counted, because {variable} is not set: {', '.join(left_out)}.")
        with connect(url) as db:
            now = datetime.now(UTC)
            return [await plan(db, settings, source, list(taking_part.values()), start, now) for start in messages]


def _show(one: Plan) -> None:
    write(f"{one.artist}, from {one.source}: {_basis(one)}\n")
    if one.steps:
        rows = [_row(one, i) for i in range(len(one.steps))]
        show_list(rows, COLUMNS)
    write(f"{one.calls} calls to make{f', about {one.seconds} s' if one.calls else ''}.\n")


def _basis(one: Plan) -> str:
    if one.done:
        until = f" until {one.done_until:%Y-%m-%d %H:%M} UTC" if one.done_until is not None else ""
        return f"done already, and counts as that{until}."
    if one.known:
        return f"{one.albums} albums with {one.tracks} tracks are known."
    return (
        f"not known here yet. Assumed are {one.albums} albums of {TRACKS} tracks in {EDITIONS} editions "
        f"each, and {PEOPLE} people an album."
    )


def _row(one: Plan, number: int) -> dict[str, object]:
    step = one.steps[number]
    return {
        "artist": one.artist,
        "source": step.source,
        "calls": step.calls,
        "kept": step.kept,
        "purpose": step.purpose,
    }
