"""The shipped sample catalogue is small, complete and consistent."""

import csv
import io
import re
from collections import defaultdict
from importlib.resources import files
from urllib.parse import urlsplit

import pytest

CATALOGUE_COLUMNS = [
    "artist",
    "album",
    "release_date",
    "kind",
    "track_number",
    "track",
    "producers",
    "songwriters",
    "remixers",
    "source_url",
]
PEOPLE_COLUMNS = ["label", "name", "page", "kind", "members", "aliases"]
COLUMNS_OF = {"catalogue.csv": CATALOGUE_COLUMNS, "people.csv": PEOPLE_COLUMNS}
CREDIT_COLUMNS = ["producers", "songwriters", "remixers"]
PARTIAL_DATE = re.compile(r"(?P<year>[12]\d{3})(-(?P<month>0[1-9]|1[0-2])(-(?P<day>0[1-9]|[12]\d|3[01]))?)?")


def text_of(name):
    return files("linernotes.sources.sample").joinpath(name).read_bytes().decode("utf-8")


def rows_of(name):
    return list(csv.DictReader(io.StringIO(text_of(name), newline="")))


def parts(cell):
    return cell.split(";") if cell else []


def labels_in(row):
    return [label for column in CREDIT_COLUMNS for label in parts(row[column])]


def is_latin(text):
    return all(ord(char) < 0x2E80 for char in text)


@pytest.fixture(scope="module")
def tracks():
    return rows_of("catalogue.csv")


@pytest.fixture(scope="module")
def people():
    return {row["label"]: row for row in rows_of("people.csv")}


@pytest.fixture(scope="module")
def albums(tracks):
    grouped = defaultdict(list)
    for row in tracks:
        grouped[row["artist"], row["album"]].append(row)
    return grouped


@pytest.fixture(scope="module")
def artists_by_producer(tracks):
    found = defaultdict(set)
    for row in tracks:
        for label in parts(row["producers"]):
            found[label].add(row["artist"])
    return found


@pytest.mark.parametrize(("name", "columns"), COLUMNS_OF.items())
def test_each_file_has_its_header_and_every_row_has_every_column(name, columns):
    header, *rows = csv.reader(io.StringIO(text_of(name), newline=""), strict=True)
    assert header == columns
    assert [row for row in rows if len(row) != len(columns)] == []


@pytest.mark.parametrize("name", ["catalogue.csv", "people.csv"])
def test_each_file_uses_plain_line_feeds_and_no_byte_order_mark(name):
    text = text_of(name)
    assert "\r" not in text
    assert not text.startswith("\ufeff")
    assert text.endswith("\n")


@pytest.mark.parametrize("name", ["catalogue.csv", "people.csv"])
def test_no_cell_holds_an_at_sign_so_there_is_no_address_and_no_handle(name):
    assert "@" not in text_of(name)


@pytest.mark.parametrize("name", ["catalogue.csv", "people.csv"])
def test_no_cell_has_stray_space_at_its_ends(name):
    assert [row for row in rows_of(name) if any(cell != cell.strip() for cell in row.values())] == []


def test_the_sample_holds_at_least_12_artists(tracks):
    assert len({row["artist"] for row in tracks}) >= 12


def test_the_sample_holds_at_least_25_albums(albums):
    assert len(albums) >= 25


def test_the_sample_holds_at_least_150_tracks(tracks):
    assert len(tracks) >= 150


def test_no_artist_album_or_track_is_blank(tracks):
    assert [row for row in tracks if not (row["artist"] and row["album"] and row["track"])] == []


def test_every_release_date_is_a_year_a_month_or_a_day(tracks):
    dates = {row["release_date"] for row in tracks}
    assert {date for date in dates if not PARTIAL_DATE.fullmatch(date)} == set()
    assert {date for date in dates if not "1900" <= date[:4] <= "2100"} == set()


def test_every_release_kind_is_a_known_one(tracks):
    assert {row["kind"] for row in tracks} <= {"album", "single", "ep", "compilation"}


def test_the_tracks_of_an_album_are_numbered_from_one_without_a_gap(albums):
    for key, rows in albums.items():
        assert [int(row["track_number"]) for row in rows] == list(range(1, len(rows) + 1)), key


def test_no_title_comes_twice_on_one_album(albums):
    for key, rows in albums.items():
        assert len({row["track"] for row in rows}) == len(rows), key


def test_each_album_has_one_date_one_kind_and_one_source(albums):
    for key, rows in albums.items():
        assert len({(row["release_date"], row["kind"], row["source_url"]) for row in rows}) == 1, key


def test_every_source_is_a_page_on_a_public_host(tracks):
    for url in {row["source_url"] for row in tracks}:
        link = urlsplit(url)
        assert link.scheme in {"http", "https"}, url
        assert link.hostname.endswith(".wikipedia.org"), url
        assert re.fullmatch(r"/wiki/\S+", link.path), url
        assert (link.query, link.port, link.username) == ("", None, None), url
        assert url.isascii(), url


def test_every_credit_names_a_person_who_is_defined(tracks, people):
    assert {label for row in tracks for label in labels_in(row)} - set(people) == set()


def test_every_person_who_is_defined_is_credited_or_belongs_to_a_team(tracks, people):
    credited = {label for row in tracks for label in labels_in(row)}
    members = {label for person in people.values() for label in parts(person["members"])}
    teams = {label for label, person in people.items() if person["members"]}
    assert set(people) - credited - members - teams == set()


def test_no_list_of_people_has_an_empty_or_repeated_entry(tracks, people):
    cells = [row[column] for row in tracks for column in CREDIT_COLUMNS]
    cells += [person[column] for person in people.values() for column in ("members", "aliases")]
    for cell in cells:
        names = parts(cell)
        assert all(name and name == name.strip() for name in names), cell
        assert len(names) == len(set(names)), cell


def test_labels_are_unique(people):
    assert len(rows_of("people.csv")) == len(people)


def test_every_person_has_a_label_a_name_and_a_kind(people):
    for person in people.values():
        assert person["label"], person
        assert person["name"], person
        assert person["kind"] in {"person", "team"}, person


def test_a_label_is_the_name_or_the_name_with_a_qualifier(people):
    for person in people.values():
        assert re.fullmatch(re.escape(person["name"]) + r"( \([^()]+\))?", person["label"]), person


def test_no_two_labels_share_a_page(people):
    pages = [person["page"] for person in people.values() if person["page"]]
    assert len(pages) == len(set(pages))


def test_every_page_of_a_person_is_an_encyclopedia_article(people):
    for person in people.values():
        assert not person["page"] or person["page"].startswith("https://en.wikipedia.org/wiki/"), person


def test_namesakes_have_pages_of_their_own(people):
    by_name = defaultdict(list)
    for person in people.values():
        by_name[person["name"]].append(person)
    namesakes = {name: found for name, found in by_name.items() if len(found) > 1}
    assert namesakes
    for name, found in namesakes.items():
        pages = {person["page"] for person in found}
        assert "" not in pages, name
        assert len(pages) == len(found), name


def test_the_two_drummers_called_roger_taylor_are_two_people_with_songs_of_their_own(tracks, people):
    queen, duran = people["Roger Taylor (Queen drummer)"], people["Roger Taylor (Duran Duran drummer)"]
    assert queen["name"] == duran["name"] == "Roger Taylor"
    assert queen["page"] != duran["page"]
    songs = {
        person["label"]: {row["track"] for row in tracks if person["label"] in parts(row["songwriters"])}
        for person in (queen, duran)
    }
    assert "Radio Ga Ga" in songs[queen["label"]]
    assert "Hungry Like the Wolf" in songs[duran["label"]]
    assert songs[queen["label"]].isdisjoint(songs[duran["label"]])


@pytest.mark.parametrize(
    "producer",
    [
        "Brian Eno",
        "Butch Vig",
        "Daniel Lanois",
        "David Bowie",
        "Flood",
        "George Martin",
        "Max Martin",
        "Nile Rodgers",
        "Quincy Jones",
        "Stock Aitken Waterman",
        "The Neptunes",
        "Tony Visconti",
        "Trevor Horn",
        "Yasutaka Nakata",
    ],
)
def test_a_well_known_producer_is_credited(producer, artists_by_producer):
    assert artists_by_producer[producer]


def test_at_least_five_producers_worked_for_two_artists_or_more(artists_by_producer):
    shared = {label for label, artists in artists_by_producer.items() if len(artists) >= 2}
    expected = {"Nile Rodgers", "Quincy Jones", "Tony Visconti", "Daniel Lanois", "Max Martin"}
    expected |= {"The Neptunes", "Stock Aitken Waterman", "Butch Vig", "Flood", "Yasutaka Nakata"}
    assert expected <= shared
    assert len(shared) >= 5


def test_a_team_has_members_and_each_member_is_a_person_of_the_sample(people):
    teams = [person for person in people.values() if person["kind"] == "team"]
    assert parts(people["The Neptunes"]["members"]) == ["Pharrell Williams", "Chad Hugo"]
    for team in teams:
        members = parts(team["members"])
        assert len(members) >= 2, team
        assert [label for label in members if people[label]["kind"] != "person"] == [], team


def test_only_a_team_has_members(people):
    assert [p for p in people.values() if p["kind"] == "person" and p["members"]] == []


def test_a_member_of_a_team_is_also_credited_alone_somewhere(tracks):
    assert any(parts(row["producers"]) == ["Pharrell Williams"] for row in tracks)


def test_an_artist_a_title_and_an_alias_are_written_in_their_own_script(tracks, people):
    assert any(not is_latin(row["artist"]) for row in tracks)
    assert any(not is_latin(row["track"]) for row in tracks)
    assert "中田ヤスタカ" in parts(people["Yasutaka Nakata"]["aliases"])


def test_a_remaster_carries_the_credits_of_the_recording_it_remasters(tracks):
    suffix = " - Remastered 2009"
    originals = {(row["artist"], row["track"]): row for row in tracks}
    remasters = [row for row in tracks if row["track"].endswith(suffix)]
    assert remasters
    for row in remasters:
        original = originals[row["artist"], row["track"].removesuffix(suffix)]
        assert [row[column] for column in CREDIT_COLUMNS] == [original[column] for column in CREDIT_COLUMNS]


def test_a_remix_names_its_remixer(tracks):
    remixes = {row["track"]: row for row in tracks if row["track"].endswith("Remix)")}
    assert remixes["Brimful of Asha (Norman Cook Remix)"]["remixers"] == "Norman Cook"
    assert all(row["remixers"] for row in remixes.values())


def test_a_live_version_is_present(tracks):
    assert [row for row in tracks if "(Live" in row["track"]]


def test_a_song_recorded_again_keeps_its_writer_and_changes_its_producer(tracks):
    found = {row["track"]: row for row in tracks if row["artist"] == "Taylor Swift"}
    first, again = found["Love Story"], found["Love Story (Taylor's Version)"]
    assert first["songwriters"] == again["songwriters"]
    assert first["producers"] != again["producers"]


def test_a_cover_names_the_writers_of_the_song_and_not_the_band(tracks):
    cover = next(r for r in tracks if r["artist"] == "Yellow Magic Orchestra" and r["track"] == "Day Tripper")
    assert parts(cover["songwriters"]) == ["John Lennon", "Paul McCartney"]


def test_a_credit_that_was_not_confirmed_is_left_empty(tracks):
    assert any(not row["producers"] for row in tracks)
    assert any(not row["songwriters"] for row in tracks)


def test_nearly_every_track_names_a_producer_and_a_writer(tracks):
    full = [row for row in tracks if row["producers"] and row["songwriters"]]
    assert len(full) >= 0.95 * len(tracks)
