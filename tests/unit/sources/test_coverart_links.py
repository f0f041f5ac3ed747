"""The address of an album's front: only where MusicBrainz says that the archive has one."""

from __future__ import annotations

from typing import Any

import pytest

from linernotes.sources.musicbrainz.coverart import front_of

GROUP = "b1392450-e666-3926-a536-22c65f834433"
WITH, WITHOUT = {"cover-art-archive": {"front": True}}, {"cover-art-archive": {"front": False, "back": True}}


def test_the_front_is_the_albums_when_one_of_its_editions_has_one() -> None:
    assert front_of(GROUP.upper(), [WITHOUT, WITH]) == f"https://coverartarchive.org/release-group/{GROUP}/front-500"


@pytest.mark.parametrize(
    "releases", [[], [WITHOUT], [{}], [{"cover-art-archive": None}], [{"cover-art-archive": {"front": "yes"}}], [7]]
)
def test_without_a_front_there_is_no_address(releases: list[Any]) -> None:
    assert front_of(GROUP, releases) is None


@pytest.mark.parametrize("group", ["", "x", f"{GROUP}/../x"])
def test_what_is_no_id_gives_no_address(group: str) -> None:
    assert front_of(group, [WITH]) is None
