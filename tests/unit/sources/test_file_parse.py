"""Rows to facts and claims: what is one artist, album, track or person within a file, and what a row claims."""

import json
from dataclasses import asdict

import pytest

from linernotes.model.catalogue import ExternalId
from linernotes.model.claim import Level, Match
from linernotes.sources.file.source import open_file

MBID = "5b11f4ce-a62d-471e-81fc-a69a8278c7da"
LONG = "artist,album,release_date,track,isrc,duration_ms,role,person,person_id,source_url\n"
WIDE = "artist,album,track,producers,songwriters,producer_ids,writer_ids\n"


def read(tmp_path, text, name="list.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return open_file(path)


def artists_of(source):
    return source.catalogue._listing.artists


def albums_of(source):
    return [album for artist in artists_of(source) for album in artist.albums]


def tracks_of(source):
    return [track for album in albums_of(source) for track in album.tracks]


def claims_of(source):
    return [claim for track in tracks_of(source) for claim in track.claims]


def faults_of(source):
    return [(p.record, p.kind) for p in source.problems]


def versions_of(source):
    return {a.fact.name: a.fact.version for a in artists_of(source)}


def test_a_row_of_the_long_form_is_one_credit(tmp_path):
    url = "https://example.org/glass"
    source = read(
        tmp_path, LONG + f"Ada Lind,First,2019-05-17,Glass,GBAAA9900303,225000,Co-Producer,Bo Ek,discogs:7,{url}\n"
    )
    (album,), (track,), (claim,) = albums_of(source), tracks_of(source), claims_of(source)
    assert (album.fact.name, album.fact.release_date, album.fact.kind) == ("First", "2019-05-17", "album")
    assert (track.fact.name, track.fact.isrcs, track.fact.duration_ms) == ("Glass", ("GBAAA9900303",), 225_000)
    assert asdict(claim) == {
        "person": {"name": "Bo Ek", "ids": ({"scheme": "discogs", "value": "7"},), "kind": None, "aliases": ()},
        "raw_role": "Co-Producer",
        "level": Level.RECORDING,
        "match": Match.SHARED_ID,
        "record": "line 2",
        "credited_as": "Bo Ek",
        "url": url,
        "documented": True,
    }


def test_rows_of_one_track_are_one_track_and_each_claim_keeps_its_line(tmp_path):
    source = read(
        tmp_path,
        LONG
        + "Ada Lind,First,2019,Glass,,,producer,Bo Ek,,\n"
        + "ADA  LIND,first,2019,GLASS,,,writer,Cy Fox,,\n"
        + "Ada Lind,First,2019,Glass,,,producer,bo ek,,\n",
    )
    assert len(tracks_of(source)) == 1
    assert [(c.raw_role, c.person.name, c.record) for c in claims_of(source)] == [
        ("producer", "Bo Ek", "line 2"),
        ("writer", "Cy Fox", "line 3"),
    ]


def test_a_repeated_credit_with_a_document_replaces_the_one_without(tmp_path):
    source = read(
        tmp_path,
        LONG + "A,B,,C,,,producer,Bo Ek,,\nA,B,,C,,,producer,Bo Ek,,https://example.org/c\n",
    )
    assert [(c.record, c.documented) for c in claims_of(source)] == [("line 3", True)]


def test_a_row_of_the_wide_form_lists_names_and_ids_in_the_same_order(tmp_path):
    source = read(tmp_path, WIDE + "Ada Lind,First,Glass,Bo Ek;Cy Fox,Dee Hall,17;discogs:9,wikidata:Q5\n")
    assert [(c.raw_role, c.person.name, c.person.ids) for c in claims_of(source)] == [
        ("producer", "Bo Ek", (ExternalId("file:list.csv", "17"),)),
        ("producer", "Cy Fox", (ExternalId("discogs", "9"),)),
        ("songwriter", "Dee Hall", (ExternalId("wikidata", "Q5"),)),
    ]


def test_each_column_of_people_gives_its_own_role(tmp_path):
    columns = {
        "producers": "producer",
        "co_producers": "co-producer",
        "executive_producers": "executive producer",
        "songwriters": "songwriter",
        "composer": "composer",
        "lyricists": "lyricist",
        "arrangers": "arranger",
        "remixers": "remixer",
        "mixers": "mixer",
        "engineers": "engineer",
    }
    row = {"artist": "A", "track": "B"} | {column: ["Bo Ek"] for column in columns}
    assert [c.raw_role for c in claims_of(read(tmp_path, json.dumps(row), "x.jsonl"))] == list(columns.values())


def test_a_role_cell_that_names_several_roles_is_kept_whole(tmp_path):
    source = read(tmp_path, 'artist,track,role,person\nA,B,"Producer, Mixed By [Additional]",Bo Ek\n')
    assert [c.raw_role for c in claims_of(source)] == ["Producer, Mixed By [Additional]"]


def test_ids_that_do_not_match_the_names_one_to_one_are_left_out_and_reported(tmp_path):
    source = read(tmp_path, WIDE + "A,B,C,Bo Ek;Cy Fox,,17,\n")
    assert [(c.person.name, c.person.ids) for c in claims_of(source)] == [("Bo Ek", ()), ("Cy Fox", ())]
    assert faults_of(source) == [("line 2", "misaligned_ids")]


def test_an_empty_place_keeps_names_and_ids_in_step(tmp_path):
    source = read(tmp_path, WIDE + "A,B,C,Bo Ek;;Cy Fox;,,1;;;,\n")
    assert [(c.person.name, len(c.person.ids)) for c in claims_of(source)] == [("Bo Ek", 1), ("Cy Fox", 0)]
    assert source.problems == ()


def test_a_malformed_id_is_reported_and_its_person_is_taken_by_name(tmp_path):
    source = read(tmp_path, WIDE + "A,B,C,Bo Ek,,wikidata:nobody,\n")
    assert [(c.person.name, c.person.ids) for c in claims_of(source)] == [("Bo Ek", ())]
    assert faults_of(source) == [("line 2", "unusable_id")]


@pytest.mark.parametrize("cell", ["Bo Ek;Bo Ek", "Bo Ek; BO  EK ;bo ek", "Bo Ek;\u200bBo Ek"])
def test_the_same_person_twice_in_a_cell_is_one_claim(tmp_path, cell):
    assert [c.person.name for c in claims_of(read(tmp_path, WIDE + f"A,B,C,{cell},,,\n"))] == ["Bo Ek"]


def test_a_bare_name_beside_the_same_name_with_an_id_is_one_claim(tmp_path):
    (claim,) = claims_of(read(tmp_path, WIDE + "A,B,C,Bo Ek;bo ek,,;discogs:7,\n"))
    assert claim.person.ids == (ExternalId("discogs", "7"),)


def test_one_name_with_two_ids_is_two_persons(tmp_path):
    source = read(tmp_path, WIDE + "A,B,C,Bo Ek;Bo Ek,,discogs:7;discogs:8,\n")
    assert [c.person.ids[0].value for c in claims_of(source)] == ["7", "8"]


def test_one_person_in_two_roles_is_two_claims(tmp_path):
    source = read(tmp_path, WIDE + "A,B,C,Bo Ek,Bo Ek,,\n")
    assert [c.raw_role for c in claims_of(source)] == ["producer", "songwriter"]


def test_a_name_is_shown_without_invisible_signs_and_credited_as_it_was_written(tmp_path):
    (claim,) = claims_of(read(tmp_path, WIDE + "A,B,C, \u200bbo  ek ,,,\n"))
    assert (claim.person.name, claim.credited_as) == ("bo ek", "\u200bbo  ek")


@pytest.mark.parametrize("unknown", ["Unknown", "unknown", "[unknown]", "?"])
def test_an_unknown_person_is_reported_and_never_becomes_a_person(tmp_path, unknown):
    source = read(tmp_path, WIDE + f"A,B,C,{unknown};Bo Ek,,,\n")
    assert [c.person.name for c in claims_of(source)] == ["Bo Ek"]
    assert faults_of(source) == [("line 2", "unknown_person")]
    assert source.problems[0].detail == f"'C' by A: producer: the person is {unknown!r}"


def test_a_track_whose_only_person_is_unknown_is_still_loaded(tmp_path):
    source = read(tmp_path, WIDE + "A,B,C,Unknown,,,\n")
    assert [(t.fact.name, t.claims, len(t.problems)) for t in tracks_of(source)] == [("C", (), 1)]


def test_a_sentence_in_place_of_a_name_is_reported(tmp_path):
    source = read(tmp_path, WIDE + 'A,B,C,"Bo Ek, Cy Fox, Dee Hall & Ed Ito, Flo Jones, and many more",,,\n')
    assert claims_of(source) == []
    assert faults_of(source) == [("line 2", "unusable_name")]


@pytest.mark.parametrize(("role", "person"), [("producer", ""), ("", "Bo Ek")])
def test_half_a_credit_is_reported(tmp_path, role, person):
    source = read(tmp_path, f"artist,track,role,person\nA,B,{role},{person}\n")
    assert (len(tracks_of(source)), claims_of(source)) == (1, [])
    assert faults_of(source) == [("line 2", "unusable_credit")]


def test_a_row_without_role_and_person_is_a_track_without_credits(tmp_path):
    source = read(tmp_path, "artist,track,role,person\nA,B,,\n")
    assert (len(tracks_of(source)), claims_of(source), source.problems) == (1, [], ())


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (",B,X", "no artist"),
        ("A,,X", "no track"),
        ("Unknown,B,X", "the artist is 'Unknown'"),
        ("\u200b,B,X", "no artist"),
    ],
)
def test_a_row_without_artist_or_track_is_reported_with_its_line(tmp_path, row, why):
    source = read(tmp_path, f"artist,track,producers\nA,One,X\n{row}\nA,Two,X\n")
    assert [t.fact.name for t in tracks_of(source)] == ["One", "Two"]
    assert [(p.source, p.record, p.kind, p.detail) for p in source.problems] == [
        ("file:list.csv", "line 3", "unusable_row", why)
    ]


def test_a_title_of_several_pages_is_reported(tmp_path):
    source = read(tmp_path, f"artist,track\nA,{'x' * 3000}\n")
    assert tracks_of(source) == []
    assert faults_of(source) == [("line 2", "unusable_row")]


def test_a_long_identity_is_stored_short_and_stays_its_own(tmp_path):
    title = "x" * 900
    source = read(tmp_path, f"artist,album,track\nA,{title},{title}\nA,{title},{title}y\n")
    values = {t.fact.ids[0].value for t in tracks_of(source)}
    assert len(values) == 2
    assert all(len(value) < 100 for value in values)


def test_a_row_without_an_album_is_a_single_named_as_its_track(tmp_path):
    (album,) = albums_of(read(tmp_path, "song,artist,date\nGlass,Ada Lind,1999-05-01\n"))
    assert (album.fact.name, album.fact.kind, album.fact.release_date) == ("Glass", "single", "1999-05-01")


def test_a_single_is_apart_from_the_album_of_its_name(tmp_path):
    source = read(tmp_path, "artist,album,track\nA,Glass,Glass\nA,,Glass\n")
    assert [(a.fact.name, a.fact.kind) for a in albums_of(source)] == [("Glass", "album"), ("Glass", "single")]
    assert len({a.fact.ids for a in albums_of(source)} | {t.fact.ids for t in tracks_of(source)}) == 4


def test_albums_of_one_name_by_two_artists_are_two(tmp_path):
    source = read(tmp_path, "artist,album,track\nA,Hits,One\nB,Hits,One\n")
    assert len({a.fact.ids for a in albums_of(source)}) == 2


def test_names_in_every_script_are_told_apart(tmp_path):
    source = read(tmp_path, "artist,track\n방시혁,봄\n中田ヤスタカ,春\nŁucja,Wiosna\n!!!,???\n")
    assert [a.fact.ids[0].value for a in artists_of(source)] == ["방시혁", "中田ヤスタカ", "łucja", "!!!"]
    assert source.problems == ()


def test_identities_are_names_in_their_order(tmp_path):
    source = read(tmp_path, "artist,album,track,isrc\nAda Lind,First,Glass,gb-aaa-99-00303\n")
    assert artists_of(source)[0].fact.ids == (ExternalId("name", "ada lind"),)
    assert albums_of(source)[0].fact.ids == (ExternalId("name", "ada lind\x1ffirst"),)
    assert tracks_of(source)[0].fact.ids == (ExternalId("name", "ada lind\x1ffirst\x1fglass\x1fGBAAA9900303"),)


def test_one_title_with_two_isrcs_is_two_tracks(tmp_path):
    source = read(
        tmp_path, "artist,album,track,isrc\nA,B,C,GBAAA9900303\nA,B,C,GB-AAA-99-00303\nA,B,C,GBAAA9900304\n"
    )
    assert [t.fact.isrcs for t in tracks_of(source)] == [("GBAAA9900303",), ("GBAAA9900304",)]


def test_a_wrong_isrc_is_kept_raw_and_reported_once(tmp_path):
    source = read(tmp_path, "artist,track,isrc\nA,C,12345\nA,C,12345\n")
    assert [t.fact.isrcs for t in tracks_of(source)] == [("12345",)]
    assert faults_of(source) == [("line 2", "unusable_isrc")]


def test_the_first_of_several_artists_owns_the_album_and_all_are_on_the_track(tmp_path):
    source = read(tmp_path, 'artist,track\n"Tyler, The Creator;Bo Ek",Glass\nA & B,Iron\n')
    assert [a.fact.name for a in artists_of(source)] == ["Tyler, The Creator", "A & B"]
    assert [t.fact.artists for t in tracks_of(source)] == [("Tyler, The Creator", "Bo Ek"), ("A & B",)]


def test_an_artist_with_an_id_is_known_by_it_on_rows_that_leave_it_out_too(tmp_path):
    source = read(tmp_path, f"artist,artist_id,track\nAda Lind,,One\nAda Lind,musicbrainz:{MBID},Two\n")
    (artist,) = artists_of(source)
    assert artist.fact.ids == (ExternalId("musicbrainz", MBID),)
    assert len(tracks_of(source)) == 2


def test_two_artists_of_one_name_with_two_ids_stay_two(tmp_path):
    source = read(tmp_path, "artist,artist_id,track\nJohn Lind,1,One\nJohn Lind,2,One\nJohn Lind,,Two\n")
    assert [(a.fact.ids[0].value, len(a.albums)) for a in artists_of(source)] == [
        ("1", 1),
        ("2", 1),
        ("john lind", 1),
    ]


def test_the_id_of_the_first_artist_stands_at_the_first_place(tmp_path):
    source = read(tmp_path, "artists,artist_ids,track\nA;B,7;8,One\nC;D,;9,Two\n")
    assert [a.fact.ids[0] for a in artists_of(source)] == [
        ExternalId("file:list.csv", "7"),
        ExternalId("name", "c"),
    ]
    assert source.problems == ()


def test_a_date_that_cannot_be_read_is_reported_once_an_album(tmp_path):
    source = read(tmp_path, "artist,album,track,date\nA,B,One,someday\nA,B,Two,someday\nA,B,Three,2001\n")
    assert albums_of(source)[0].fact.release_date == "2001"
    assert faults_of(source) == [("line 2", "unusable_date")]


def test_two_numbers_for_one_track_are_reported(tmp_path):
    source = read(tmp_path, "artist,album,track,track_number\nA,B,One,1\nA,B,One,1\nA,B,One,7\n")
    assert tracks_of(source)[0].fact.position == 1
    assert faults_of(source) == [("line 4", "conflicting_rows")]


def test_cells_that_cannot_be_used_are_reported_and_the_track_is_loaded(tmp_path):
    columns = "artist,track,duration,position,mbid,url,producers\n"
    source = read(tmp_path, columns + "A,B,long,A1,discogs:x,javascript:alert(1),Bo Ek\n")
    assert [kind for _, kind in faults_of(source)] == [
        "unusable_duration",
        "unusable_position",
        "unusable_id",
        "unusable_url",
    ]
    (claim,) = claims_of(source)
    assert (claim.url, claim.documented) == (None, False)


def test_a_recording_id_is_kept_beside_the_track(tmp_path):
    source = read(tmp_path, f"artist,track,mbid\nA,B,{MBID}\n")
    assert tracks_of(source)[0].fact.recording_ids == (ExternalId("musicbrainz", MBID),)


def test_only_the_artists_whose_rows_changed_have_a_new_version(tmp_path):
    before = versions_of(read(tmp_path, "artist,track,producers\nA,One,X\nB,Two,Y\n"))
    after = versions_of(read(tmp_path, "artist,track,producers\nC,Zero,Z\nA,One,X\nB,Two,Y;W\n"))
    assert after["A"] == before["A"]
    assert after["B"] != before["B"]


def test_columns_that_are_not_read_do_not_change_a_version(tmp_path):
    before = versions_of(read(tmp_path, "artist,track,mood\nA,One,glad\n"))
    after = versions_of(read(tmp_path, "mood,track,artist\nsad,One,A\n"))
    assert before == after
