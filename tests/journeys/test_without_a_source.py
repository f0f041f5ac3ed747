"""Any one source can be taken away: its folder is deleted from a copy of the package, and everything else works."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import linernotes as package
from linernotes.sources.installed import local_sources, web_sources
from tests.journeys.conftest import Linernotes
from tests.sources import mock_deezer, mock_musicbrainz, mock_wikidata
from tests.sources.mock_musicbrainz import World, recording, relation, release

HERE = Path(package.__file__).parent
FOLDERS = sorted(path.parent.name for path in HERE.glob("sources/*/opening.py"))


@pytest.fixture(params=FOLDERS)
def without(request: pytest.FixtureRequest, linernotes: Linernotes, tmp_path: Path) -> str:
    """The name of the source that is gone from the package that the command now runs from."""
    name = str(request.param)
    copy = tmp_path / "copy" / "linernotes"
    shutil.copytree(HERE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.rmtree(copy / "sources" / name)
    linernotes.environment["PYTHONPATH"] = str(copy.parent)
    return name


def one_song() -> World:
    """A song with its producer: nobody waits for more than that, since MusicBrainz is asked once a second."""
    world = World()
    star, maker = world.add_artist("Ada Lind"), world.add_artist("Zed")
    song = recording("Glass", star, relation("recording", "producer", maker))
    world.add_release(release("Glass", "0", star, [song]))
    return world


def test_every_source_has_a_folder_that_opens_it():
    assert set(FOLDERS) == {*web_sources(), "file", "sample"}
    assert len(local_sources()) == 3


def test_a_discovery_from_what_is_left_brings_the_same(without: str, linernotes: Linernotes, tmp_path: Path):
    path = tmp_path / "songs.csv"
    path.write_text("song,artist,producers\nOne,Ada Lind,Zed\nTwo,Ada Lind,Zed;Yan\n", encoding="utf-8")
    assert "discover" in linernotes("--help")
    source = f"file:{path}" if without != "file" else "sample"
    linernotes("discover", "--all", "--no-wait", "--from", source)
    linernotes("worker", "--once")
    credited = "select count(*) from track_producers where source = '{}'"
    if without == "file":
        assert linernotes.one(credited.format("sample")) > 100
    else:
        assert linernotes.one(credited.format("file:songs.csv")) == 3
    assert linernotes.one("select count(*) from linernotes.dead_letters") == 0
    linernotes("demo", status=2 if without == "sample" else 0)
    assert ("sample is not part of this installation" in linernotes.err) == (without == "sample")


def test_the_source_that_is_gone_says_so_and_the_web_sources_that_are_left_are_asked(
    without: str, linernotes: Linernotes
):
    gone = "file:/nowhere.csv" if without == "file" else without
    linernotes("discover", "Ada Lind", "--from", gone, status=2)
    assert f"{without} is not part of this installation; there are" in linernotes.err
    with (
        mock_deezer.serve(world := one_song()) as deezer,
        mock_musicbrainz.serve(world) as musicbrainz,
        mock_wikidata.serve(mock_wikidata.Items()) as wikidata,
    ):
        environment = {
            "LINERNOTES_CONTACT": "tests@example.org",
            "LINERNOTES_DEEZER_URL": deezer.url,
            "LINERNOTES_MUSICBRAINZ_URL": f"{musicbrainz.url}/ws/2",
            "LINERNOTES_WIKIDATA_URL": wikidata.url,
            "LINERNOTES_WIKIDATA_SPARQL_URL": wikidata.url,
        }
        source = "deezer" if without != "deezer" else "musicbrainz"
        plan = linernotes.json("discover", "Ada Lind", "--from", source, "--explain-plan", **environment)
        assert {step["source"] for step in plan[0]["steps"]} == {source, "musicbrainz", "wikidata"} - {without}
        linernotes("discover", "Ada Lind", "--from", source, **environment)
        left_out = f"Left out, because it is not part of this installation: {without}." in linernotes.err
        assert left_out == (without in ("musicbrainz", "wikidata"))
        assert linernotes.one("select count(*) from tracks") == 1
        assert (linernotes.one("select count(*) from track_producers") > 0) == (without != "musicbrainz")
        assert bool(musicbrainz.asked) == (without != "musicbrainz")
        assert bool(wikidata.asked) == (without not in ("musicbrainz", "wikidata"))


@pytest.mark.parametrize("without", ["sample"], indirect=True)
def test_the_copy_is_what_runs(without: str, linernotes: Linernotes):
    shutil.rmtree(Path(linernotes.environment["PYTHONPATH"]) / "linernotes" / "cli")
    linernotes("--help", status=1)
    assert "No module named 'linernotes.cli'" in linernotes.err
