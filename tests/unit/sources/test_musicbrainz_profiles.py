"""A MusicBrainz artist as a person to be found."""

from __future__ import annotations

from datetime import date

import pytest

from linernotes.model.catalogue import ExternalId
from linernotes.model.claim import Profile
from linernotes.sources.musicbrainz.profiles import parse_profile
from tests.sources.mock_musicbrainz import Object, person, relation, url_relation

ADA = person("Ada Lind")


def profile_of(*relations: Object, **more: object) -> Profile:
    return parse_profile({**ADA, "relations": list(relations), **more}, ADA["id"])


def test_links_name_the_record_that_publishes_them() -> None:
    (link,) = profile_of(url_relation("social network", "https://www.instagram.com/Ada.Lind/")).links
    assert (link.kind, link.value, link.url) == ("instagram", "ada.lind", "https://instagram.com/ada.lind")
    assert link.source_url == f"https://musicbrainz.org/artist/{ADA['id']}"
    assert link.source_record_id == ADA["id"]


def test_a_link_that_has_ended_is_passed_over() -> None:
    assert profile_of(url_relation("social network", "https://x.com/ada", ended=True)).links == ()


def test_only_a_homepage_may_be_on_any_host() -> None:
    found = profile_of(
        url_relation("official homepage", "http://www.adalind.example.com/"),
        url_relation("other databases", "https://catalogue.example.org/ada"),
        url_relation("lyrics", "https://lyrics.example.org/ada"),
        url_relation("purchase for download", "https://adalind.bandcamp.com/"),
    )
    assert [(link.kind, link.value) for link in found.links] == [
        ("homepage", "adalind.example.com"),
        ("bandcamp", "adalind"),
    ]


def test_two_addresses_of_one_place_are_one_link() -> None:
    found = profile_of(
        url_relation("social network", "https://twitter.com/ada"), url_relation("social network", "https://x.com/Ada")
    )
    assert [link.value for link in found.links] == ["ada"]


def test_ids_in_other_databases_are_read_from_addresses() -> None:
    found = profile_of(
        url_relation("discogs", "https://www.discogs.com/artist/1234"),
        url_relation("wikidata", "https://www.wikidata.org/wiki/Q99"),
        url_relation("free streaming", "https://open.spotify.com/artist/0aBcDeFgHiJkLmNoPqRsTu"),
        url_relation("lyrics", "https://genius.com/artists/Ada-lind"),
        isnis=["0000 0001 2345 678x", "not one"],
    )
    assert set(found.ids) == {
        ExternalId("musicbrainz", ADA["id"]),
        ExternalId("discogs", "1234"),
        ExternalId("wikidata", "Q99"),
        ExternalId("spotify", "0aBcDeFgHiJkLmNoPqRsTu"),
        ExternalId("genius_slug", "Ada-lind"),
        ExternalId("isni", "000000012345678X"),
    }


def test_other_names_are_aliases_but_misspellings_kept_for_searching_are_not() -> None:
    aliases = [
        {"name": "A. Lind", "type": "Artist name"},
        {"name": "Ada Lint", "type": "Search hint"},
        {"name": "アダ", "type": None},
        {"name": "Ada Lind"},
    ]
    assert profile_of(aliases=aliases).aliases == ("A. Lind", "アダ")


def test_a_merged_person_has_both_ids() -> None:
    found = parse_profile(ADA, "00000000-0000-4000-8000-000000000000")
    assert [i.value for i in found.ids] == [ADA["id"], "00000000-0000-4000-8000-000000000000"]


def test_a_group_knows_its_members_and_a_member_not_the_group_as_one() -> None:
    member = {**relation("artist", "member of band", person("Bo Beat")), "ended": True}
    band = {**relation("artist", "member of band", person("The Beats", "Group")), "direction": "forward"}
    found = profile_of(member, band, type="Group")
    assert found.kind == "group"
    assert [(m.person.name, m.person.kind) for m in found.members] == [("Bo Beat", "person")]


@pytest.mark.parametrize(
    ("begin", "end", "days"),
    [
        ("1999-03-04", "2001-05-06", (date(1999, 3, 4), date(2001, 5, 6))),
        ("1999", "2000", (date(1999, 1, 1), date(2000, 12, 31))),
        ("1999-02", "2000-02", (date(1999, 2, 1), date(2000, 2, 29))),
        (None, None, (None, None)),
        ("1999-13", "soon", (None, None)),
        (7, "2000-02-30", (None, None)),
    ],
)
def test_a_member_has_the_first_and_the_last_day_in_the_group(
    begin: object, end: object, days: tuple[date | None, date | None]
) -> None:
    member = {**relation("artist", "member of band", person("Bo Beat")), "begin": begin, "end": end}
    assert [(m.begin, m.end) for m in profile_of(member, type="Group").members] == [days]
