"""Reading rows and columns: delimiters, encodings, broken lines, column names."""

import gzip
import json
from pathlib import Path

import pytest

from linernotes.errors import UsageError
from linernotes.sources.file.source import open_file
from linernotes.sources.tables.columns import FIELDS, ID_FIELD, WIDE_ROLES, match, plain


def read(tmp_path, content, name="list.csv", **columns):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return open_file(path, columns)


def tracks_of(source):
    listing = source.catalogue._listing
    return [t.fact.name for artist in listing.artists for album in artist.albums for t in album.tracks]


def credits_of(source):
    listing = source.catalogue._listing
    tracks = [t for artist in listing.artists for album in artist.albums for t in album.tracks]
    return [(t.fact.name, c.raw_role, c.person.name) for t in tracks for c in t.claims]


def faults_of(source):
    return [(p.record, p.kind) for p in source.problems]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_from_the_header(tmp_path, delimiter):
    rows = [["artist", "track", "producers"], ["Ada Lind", "Glass", '"Bo Ek;Cy Fox"']]
    source = read(tmp_path, "\n".join(delimiter.join(row) for row in rows))
    assert credits_of(source) == [("Glass", "producer", "Bo Ek"), ("Glass", "producer", "Cy Fox")]


def test_a_comma_is_part_of_a_name(tmp_path):
    source = read(tmp_path, 'artist,track,producers\nAda Lind,Glass,"Bo Ek, Jr.;Cy Fox"\n')
    assert [name for *_, name in credits_of(source)] == ["Bo Ek, Jr.", "Cy Fox"]


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path):
    assert tracks_of(read(tmp_path, b"\xef\xbb\xbfartist,track\nAda Lind,Glass\n")) == ["Glass"]


def test_a_spreadsheets_hint_about_the_delimiter_is_no_header(tmp_path):
    assert tracks_of(read(tmp_path, "sep=;\r\nartist;track\r\nAda Lind;Glass\r\n")) == ["Glass"]


def test_utf_16_with_its_mark_is_read(tmp_path):
    assert tracks_of(read(tmp_path, "artist\ttrack\nŁucja\tSzkło\n".encode("utf-16"))) == ["Szkło"]


def test_a_line_in_another_encoding_is_read_as_windows_1252_and_reported(tmp_path):
    source = read(tmp_path, "artist,track\nZoë,Über\n".encode() + "Åsa,Café\n".encode("cp1252"))
    assert tracks_of(source) == ["Über", "Café"]
    assert faults_of(source) == [("line 3", "encoding")]


def test_text_in_no_known_encoding_is_refused_with_its_line(tmp_path):
    with pytest.raises(UsageError, match=r"line 2 is neither UTF-8 nor Windows-1252"):
        read(tmp_path, b"artist,track\nAda \x81\xff,Glass\n")


@pytest.mark.parametrize("start", [b"PK\x03\x04rest", b"PAR1rest", b"%PDF-1.7"])
def test_a_spreadsheet_or_other_binary_is_refused_with_what_to_do(tmp_path, start):
    with pytest.raises(UsageError, match="Save it as CSV"):
        read(tmp_path, start)


def test_gzip_is_unpacked_whatever_the_name(tmp_path):
    packed = gzip.compress(b"artist,track\nAda Lind,Glass\n")
    assert tracks_of(read(tmp_path, packed, "list.csv.gz")) == tracks_of(read(tmp_path, packed, "list")) == ["Glass"]


def test_damaged_gzip_is_refused(tmp_path):
    with pytest.raises(UsageError, match="damaged gzip"):
        read(tmp_path, gzip.compress(b"artist,track\nAda Lind,Glass\n" * 50)[:-20], "list.csv.gz")


def test_a_quoted_line_break_belongs_to_its_cell_and_the_next_record_keeps_its_line_number(tmp_path):
    source = read(tmp_path, 'artist,track,producers\nAda Lind,"Glass\r\nHouse",Bo Ek\nAda Lind,Iron\n')
    assert tracks_of(source) == ["Glass House"]
    assert faults_of(source) == [("line 4", "unusable_row")]


def test_a_row_with_the_wrong_number_of_fields_is_reported_and_the_rest_is_loaded(tmp_path):
    source = read(tmp_path, "artist,track,producers\nA,One,X\nB,Two\nC,Three,Y,Z\nD,Four,W\n")
    assert tracks_of(source) == ["One", "Four"]
    assert [(p.record, p.detail) for p in source.problems] == [
        ("line 3", "2 fields where the header has 3"),
        ("line 4", "4 fields where the header has 3"),
    ]


def test_a_quote_that_never_closes_costs_its_own_line_only(tmp_path):
    source = read(tmp_path, 'artist,track,producers\nA,"One,X\nB,Two,Y\nC,"Th""ree",Z\n')
    assert tracks_of(source) == ["Two", 'Th"ree']
    assert faults_of(source) == [("line 2", "unusable_row")]


def test_a_last_line_that_is_cut_off_inside_quotes_is_reported(tmp_path):
    source = read(tmp_path, 'artist,track,producers\nA,One,X\nB,Two,"Bo E')
    assert tracks_of(source) == ["One"]
    assert faults_of(source) == [("line 3", "unusable_row")]


def test_an_inch_mark_in_a_title_is_no_quotation(tmp_path):
    assert tracks_of(read(tmp_path, 'artist,track\nA,Glass (12" Mix)')) == ['Glass (12" Mix)']


def test_empty_lines_and_empty_fields_at_the_end_are_forgiven(tmp_path):
    source = read(tmp_path, "artist,track,\n\nA,One,,,\n,,\nB,Two\n")
    assert tracks_of(source) == ["One", "Two"]
    assert source.problems == ()
    assert source.summary.rows == 2


def test_a_cell_beyond_the_readers_limit_costs_its_own_line_only(tmp_path):
    source = read(tmp_path, f"artist,track\nA,One\nB,{'x' * 140_000}\nC,Three\n")
    assert tracks_of(source) == ["One", "Three"]
    assert faults_of(source) == [("line 3", "unusable_row")]


def test_a_nul_character_costs_its_own_line_only(tmp_path):
    source = read(tmp_path, "artist,track\nA,On\0e\nB,Two\n")
    assert tracks_of(source) == ["Two"]
    assert faults_of(source) == [("line 2", "unusable_row")]


@pytest.mark.parametrize("nothing", ["NA", "N/A", "NULL", "null", "NaN", "\\N"])
def test_the_usual_marks_of_a_missing_value_are_no_value(tmp_path, nothing):
    source = read(tmp_path, f"artist,track,album,producers\nA,One,{nothing},{nothing}\n{nothing},Two,X,Y\n")
    assert [a.fact.name for a in source.catalogue._listing.artists[0].albums] == ["One"]
    assert credits_of(source) == []
    assert faults_of(source) == [("line 3", "unusable_row")]


def test_json_lines_hold_lists_as_arrays_or_as_joined_text(tmp_path):
    lines = [
        {"artist": "A", "track": "One", "producers": ["Bo; Ek", "Cy Fox"], "duration_ms": 1000.0},
        {"artist": "A", "title": "Two", "producers": "Bo Ek;Cy Fox", "track": None},
    ]
    source = read(tmp_path, "\n".join(map(json.dumps, lines)), "list.jsonl")
    assert credits_of(source) == [
        ("One", "producer", "Bo; Ek"),
        ("One", "producer", "Cy Fox"),
        ("Two", "producer", "Bo Ek"),
        ("Two", "producer", "Cy Fox"),
    ]


@pytest.mark.parametrize(
    "broken",
    [
        '{"artist": "A", "track": "On',
        '["A", "One"]',
        "17",
        '{"artist": "A", "track": {"name": "One"}}',
        '{"artist": "A", "track": "One", "producers": [{"name": "Bo"}]}',
        '{"artist": "A", "track": "One", "producers": [["Bo"]]}',
        '{"artist": "A", "track": true}',
        '{"artist": "A", "track": "On\\u0000e"}',
        '{"artist": "A", "track": "On\\ud800e"}',
        "[" * 100_000,
        '{"artist": "A", "track": ' + "9" * 5_000 + "}",
    ],
)
def test_a_broken_json_line_is_reported_and_the_rest_is_loaded(tmp_path, broken):
    source = read(
        tmp_path, f'{{"artist": "A", "track": "Zero"}}\n\n{broken}\n{{"artist": "B", "track": "Two"}}\n', "x.ndjson"
    )
    assert tracks_of(source) == ["Zero", "Two"]
    assert faults_of(source) == [("line 3", "unusable_row")]


def test_json_lines_are_recognised_without_their_suffix(tmp_path):
    assert tracks_of(read(tmp_path, '{"artist": "A", "track": "One"}\n', "list.txt")) == ["One"]


def test_one_big_json_array_is_refused_with_the_form_that_is_read(tmp_path):
    with pytest.raises(UsageError, match="is one JSON array"):
        read(tmp_path, '[\n {"artist": "A", "track": "One"}\n]\n', "list.json")


@pytest.mark.parametrize(("field", "column"), [(f, c) for f, names in FIELDS.items() for c in names])
def test_every_synonym_means_its_field_in_any_case_and_spacing(field, column):
    for written in (column, column.upper(), column.replace("_", " ").title(), column.replace("_", "")):
        assert match([written], {}) == {field: written}


def test_no_column_name_means_two_fields():
    names = [plain(name) for synonyms in FIELDS.values() for name in synonyms]
    assert len(names) == len(set(names))


def test_every_list_of_people_has_a_field_for_their_ids():
    assert {ID_FIELD[people] for people in WIDE_ROLES} <= FIELDS.keys()


@pytest.mark.parametrize(
    "column",
    [
        "artist_is_a_producer",
        "songwriters_w_o_interpolation_sample_credits",
        "producer_male",
        "title_track",
        "songwriter_is_a_producer",
        "intro_length_sec",
        "discogs_genre",
        "track_id",
        "playlist_name",
    ],
)
def test_a_column_that_only_resembles_a_synonym_is_ignored(column):
    assert match([column], {}) == {}


def test_of_two_columns_for_one_field_the_more_exact_name_wins_wherever_it_stands(tmp_path):
    source = read(tmp_path, "name,title,artist,Track\nwrong,wrong too,A,One\n")
    assert tracks_of(source) == ["One"]
    assert source.summary.columns == {"artist": "artist", "track": "Track"}


def test_of_two_columns_with_one_name_the_first_counts(tmp_path):
    assert tracks_of(read(tmp_path, "artist,track,Track\nA,One,Two\n")) == ["One"]


def test_a_named_column_overrides_the_usual_ones(tmp_path):
    source = read(tmp_path, "artist,track,Working Title\nA,One,Two\n", track="Working Title")
    assert tracks_of(source) == ["Two"]


def test_a_column_named_for_one_field_is_not_taken_for_another(tmp_path):
    source = read(tmp_path, "song,title\nAda Lind,Glass\n", artist="song")
    assert tracks_of(source) == ["Glass"]
    assert source.summary.columns == {"artist": "song", "track": "title"}


def test_a_named_column_that_the_file_lacks_is_refused_with_those_it_has(tmp_path):
    with pytest.raises(UsageError, match=r"no column 'Title' for track\. Its columns: artist, piece"):
        read(tmp_path, "artist,piece\nA,One\n", track="Title")


def test_an_unknown_field_is_refused_with_those_there_are(tmp_path):
    with pytest.raises(UsageError, match=r"no field 'titel'.*artist, artist_id, album"):
        read(tmp_path, "artist,track\nA,One\n", titel="track")


@pytest.mark.parametrize("name", ["list.csv", "list.jsonl"])
def test_a_file_without_a_usable_column_is_refused_with_what_it_has_and_what_is_needed(tmp_path, name):
    content = "colour,size\nred,3\n" if name == "list.csv" else '{"colour": "red", "size": 3}\n'
    with pytest.raises(UsageError) as refusal:
        read(tmp_path, content, name)
    assert "no column for artist and track" in str(refusal.value)
    assert "colour, size" in str(refusal.value)
    assert "track, song, title" in str(refusal.value)
    assert "--column artist=COLUMN" in str(refusal.value)


@pytest.mark.parametrize("name", ["list.csv", "list.jsonl"])
@pytest.mark.parametrize("content", ["", "\n \n"])
def test_an_empty_file_is_refused(tmp_path, content, name):
    with pytest.raises(UsageError, match=r"is empty|holds no JSON object"):
        read(tmp_path, content, name)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"There is no file .*nowhere\.csv"):
        open_file(tmp_path / "nowhere.csv")


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(UsageError, match="is a folder"):
        open_file(tmp_path)


def test_an_impossible_path_is_refused():
    with pytest.raises(UsageError, match="cannot be read"):
        open_file("list\0.csv")


def test_the_page_about_files_names_every_field_and_every_column():
    page = (Path(__file__).parents[3] / "docs" / "sources" / "file.md").read_text(encoding="utf-8")
    rows = {line.split("|")[1].strip(): line for line in page.splitlines() if line.startswith("| `")}
    for field, columns in FIELDS.items():
        if f"`{field}`" in rows:
            assert f"| {', '.join(columns)} |" in rows[f"`{field}`"]
        else:
            assert columns == (field, field.removesuffix("s"))
            assert any(f"`{field}`" in names for names in rows)
