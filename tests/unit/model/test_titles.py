"""Rules I1, I3 and I4: ISRCs, what a title's suffix says, and when two titles are one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linernotes.model.names import display_name
from linernotes.model.titles import VersionClass, isrc_of, main_artist, same_duration, title_of

V = VersionClass


@pytest.mark.parametrize("raw", ["USRC17607839", "us-rc1-76-07839", " usrc1 7607839\n", "US–RC1–76–07839"])
def test_an_isrc_is_read_with_or_without_hyphens_and_spaces(raw: str) -> None:
    assert isrc_of(raw) == "USRC17607839"


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "",
        "-",
        "USRC1760783",
        "USRC176078390",
        "1SRC17607839",
        "USRC1760783X",
        "USRC１7607839",
        "ıSRC17607839",
        "unknown",
    ],
)
def test_an_invalid_isrc_is_not_used(raw: str | None) -> None:
    assert isrc_of(raw) is None


@given(st.text())
def test_what_is_taken_for_an_isrc_is_read_again_as_itself(raw: str) -> None:
    isrc = isrc_of(raw)
    assert isrc is None or isrc_of(isrc) == isrc


@pytest.mark.parametrize(
    ("suffix", "version"),
    [
        ("Remastered 2009", V.REMASTER), ("2011 Remaster", V.REMASTER), ("Digital Remaster", V.REMASTER),
        ("Remasterizado 2007", V.REMASTER), ("40th Anniversary Version / 2014 Remastered", V.REMASTER),
        ("Radio Edit", V.EDIT), ("Edit", V.EDIT), ("Single Edit", V.EDIT), ("Short Version", V.EDIT),
        ("2018 Mix", V.EDIT), ("Radio Edit; 2003 Remaster", V.EDIT),
        ("Extended Mix", V.EXTENDED), ("Extended", V.EXTENDED), ('12" Version', V.EXTENDED), ("Club Mix", V.EXTENDED),
        ("Live", V.LIVE), ("Live at Wembley", V.LIVE), ("Live In London / 1992", V.LIVE), ("Ao Vivo", V.LIVE),
        ("En Vivo", V.LIVE), ("MTV Unplugged", V.LIVE), ("Live - 2010 Remaster", V.LIVE), ("BBC Session", V.LIVE),
        ("Acoustic", V.ACOUSTIC), ("Acoustic Version", V.ACOUSTIC), ("Acústico", V.ACOUSTIC),
        ("Unplugged", V.ACOUSTIC),
        ("Instrumental", V.INSTRUMENTAL), ("Instrumental Album Version", V.INSTRUMENTAL),
        ("Demo", V.DEMO), ("Early Demo", V.DEMO), ("Alternate Take", V.DEMO), ("Take 2", V.DEMO),
        ("Remix", V.REMIX), ("Ada Lind Remix", V.REMIX), ("Bayside Boys Mix", V.REMIX), ("VIP Mix", V.REMIX),
        ("Ada Lind Remix Radio Edit", V.REMIX), ("Dub", V.REMIX), ("Ada Lind Bootleg", V.REMIX),
        ("Sped Up", V.ALTERED_SPEED), ("slowed + reverb", V.ALTERED_SPEED), ("Nightcore", V.ALTERED_SPEED),
        ("Taylor's Version", V.RERECORDED), ("Taylor’s Version", V.RERECORDED), ("Re-Recorded", V.RERECORDED),
        ("Spanish Version", V.RERECORDED), ("Versión Salsa", V.RERECORDED),
        ("Karaoke Version", V.COVER), ("Cover", V.COVER), ("Originally Performed By Ada Lind", V.COVER),
        ("Tribute to Ada Lind", V.COVER),
        ("Album Version", V.ORIGINAL), ("Single Version", V.ORIGINAL), ("Original Mix", V.ORIGINAL),
        ("Explicit", V.ORIGINAL), ("Clean", V.ORIGINAL), ("Mono", V.ORIGINAL), ("Bonus Track", V.ORIGINAL),
        ('From "The Film"', V.ORIGINAL), ("From The Motion Picture Bright Lights", V.ORIGINAL),
        ("Original Motion Picture Soundtrack", V.ORIGINAL), ("prod. Ada Lind", V.ORIGINAL),
        ("feat. Ada Lind & Bo Ek", V.ORIGINAL), ("ft Ada Lind", V.ORIGINAL), ("with Ada Lind", V.ORIGINAL),
        ("with The Weeknd", V.ORIGINAL), ("Official Video", V.ORIGINAL),
    ],
)  # fmt: skip
@pytest.mark.parametrize("shape", ["Blue River ({})", "Blue River [{}]", "Blue River - {}", "Blue River – {}"])
def test_a_suffix_names_the_version_and_leaves_the_key(shape: str, suffix: str, version: VersionClass) -> None:
    title = title_of(shape.format(suffix))
    assert (title.base, title.key, title.version) == ("Blue River", "blue river", version)


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ("(I Can't Get No) Satisfaction", "i cant get no satisfaction"),
        ("Brand New Day (Part 1)", "brand new day part 1"),
        ("Live and Let Die", "live and let die"),
        ("Live Forever", "live forever"),
        ("Remix to Ignition", "remix to ignition"),
        ("Rehab", "rehab"),
        ("Alive", "alive"),
        ("Don't You (Forget About Me)", "dont you forget about me"),
        ("Blue River (Live Your Life)", "blue river live your life"),
        ("Blue River (From Now On)", "blue river from now on"),
        ("Blue River (Undercover)", "blue river undercover"),
        ("Cruisin' (With You)", "cruisin with you"),
        ("Lose Control (With the Lights Out)", "lose control with the lights out"),
        ("Dancing With Myself", "dancing with myself"),
        ("Long Live The Remix", "long live the remix"),
        ("Now - Here", "now here"),
        ("Homerun (Intro)", "homerun intro"),
    ],
)
def test_words_that_name_no_version_stay_in_the_title(raw: str, key: str) -> None:
    title = title_of(raw)
    assert (title.base, title.key, title.version) == (raw, key, V.ORIGINAL)


@pytest.mark.parametrize(
    "raw", ["Left. Right", "Left. Right.", "Soft.", "Swift", "What a Feat", "6 Ft. Under", "Defeat Me"]
)
def test_feat_is_removed_only_as_a_whole_token(raw: str) -> None:
    assert title_of(raw).base == raw


@pytest.mark.parametrize(
    "raw",
    ["Blue River feat. Ada Lind", "Blue River ft. Ada", "Blue River FEATURING Ada", "Blue River (feat. Ada)",
     "Blue River [Ft. Ada & Bo]", "Blue River (Duet with Ada)", "Blue River (with Ada)"],
)  # fmt: skip
def test_guests_leave_the_title(raw: str) -> None:
    title = title_of(raw)
    assert (title.base, title.version) == ("Blue River", V.ORIGINAL)


@pytest.mark.parametrize(
    "raw", ["Live", "(Live)", "[Remix]", "Acoustic", "- Live -", "Demo", "Remix", "The Remix", "(feat. Ada)"]
)
def test_a_title_that_is_only_a_suffix_stays_itself(raw: str) -> None:
    title = title_of(raw)
    assert (title.base, title.version) == (raw, V.ORIGINAL)


@pytest.mark.parametrize(
    ("raw", "base", "version", "remixer"),
    [
        ("Blue River (feat. Ada) [Bo Ek Remix]", "Blue River", V.REMIX, "Bo Ek"),
        ("Blue River ft. Ada - Live at Wembley", "Blue River", V.LIVE, None),
        ("Blue River (Live) [Remastered]", "Blue River", V.LIVE, None),
        ("Blue River - Single Version - 2003 Remaster", "Blue River", V.REMASTER, None),
        ("Blue River - Acoustic; Live at Town Hall, Leeds, 1/16/1992; 2014 Remaster", "Blue River", V.LIVE, None),
        ("Blue River (Remix feat. Ada)", "Blue River", V.REMIX, None),
        ("Dance (A$$) Remix", "Dance (A$$)", V.REMIX, None),
        ("Blue River (Demo) Part 2", "Blue River Part 2", V.DEMO, None),
        ("Blue River (Live", "Blue River", V.LIVE, None),
        ("Blue River - (Radio Mix)", "Blue River", V.EDIT, None),
        ("Blue River (Acoustic (Piano))", "Blue River", V.ACOUSTIC, None),
        ("Sweet Dreams (Are Made of This) - Remastered", "Sweet Dreams (Are Made of This)", V.REMASTER, None),
    ],
)
def test_several_suffixes_are_read_and_the_strongest_names_the_version(
    raw: str, base: str, version: VersionClass, remixer: str | None
) -> None:
    title = title_of(raw)
    assert (title.base, title.version, title.remixer) == (base, version, remixer)


@pytest.mark.parametrize(
    ("suffix", "remixer"),
    [
        ("Ada Lind Remix", "Ada Lind"), ("Ada & Bo VIP Remix", "Ada & Bo"), ("Remixed by Ada Lind", "Ada Lind"),
        ("Ada Lind's Vocal Edit", "Ada Lind"), ("Ada Lind Club Mix", "Ada Lind"), ("Official Remix", None),
        ("Ada Lind Remix Radio Edit", "Ada Lind"), ("1995 Remix", None), ("Radio Edit", None), ('12" Mix', None),
    ],
)  # fmt: skip
def test_a_remix_says_who_made_it(suffix: str, remixer: str | None) -> None:
    assert title_of(f"Blue River ({suffix})").remixer == remixer


@pytest.mark.parametrize(
    "spellings",
    [
        ("Don't Stop", "Don’t Stop", "DON´T STOP", "Dont Stop"),
        ("You & I", "You and I"),
        ("Brand New Day (Part 1)", "Brand New Day, Pt. 1", "Brand New Day - Part 1"),
        ("Señorita", "Senorita"),
        ("U.N.I.T.Y.", "Unity"),
        ("What's Up?", "What's Up"),
        ("방탄", "방탄"),
    ],
)
def test_a_title_key_sets_aside_case_accents_and_punctuation(spellings: tuple[str, ...]) -> None:
    assert len({title_of(s).key for s in spellings}) == 1


@pytest.mark.parametrize("raw", ["?", "!!!", "÷", "+", "♥", "..."])
def test_a_title_of_signs_alone_has_a_key(raw: str) -> None:
    assert title_of(raw).key == raw


@pytest.mark.parametrize(
    ("one", "other"), [("方舟", "方言"), ("Кино", "Кони"), ("Part 1", "Part 2"), ("1999", "1989")]
)
def test_other_titles_have_other_keys_in_every_script(one: str, other: str) -> None:
    assert title_of(one).key != title_of(other).key


def test_a_title_without_a_visible_character_is_an_error() -> None:
    with pytest.raises(ValueError, match="no visible character"):
        title_of(" \u200b")


@given(st.text(min_size=1).filter(lambda text: bool(display_name(text))))
def test_no_title_has_an_empty_key(raw: str) -> None:
    assert title_of(raw).key.strip()


@given(
    st.sampled_from(["Blue River", "(Oh) Blue", "Live Forever", "1999", "川"]),
    st.lists(
        st.sampled_from(["(Live)", "[2009 Remaster]", "- Radio Edit", "(feat. Ada)", "(Ada Remix)"]), max_size=4
    ),
)
def test_any_run_of_suffixes_leaves_the_title_that_they_follow(base: str, suffixes: list[str]) -> None:
    assert title_of(" ".join([base, *suffixes])).base == base


def test_two_remixes_by_different_hands_are_not_one_recording() -> None:
    ada, bo = title_of("Blue River (Ada Lind Remix)"), title_of("Blue River - Bo Ek Remix")
    assert not ada.same_as(bo)
    assert ada.same_as(title_of("BLUE RIVER [Ada  Lind remix]"))


def test_durations_up_to_two_seconds_apart_are_the_same() -> None:
    assert same_duration(200_000, 202_000)
    assert not same_duration(200_000, 202_001)
    assert same_duration(200_000, 207_000, within_ms=7_000)


def test_an_unknown_duration_is_the_same_as_no_other() -> None:
    assert not same_duration(None, 200_000)
    assert not same_duration(None, None)


@pytest.mark.parametrize(
    ("credited", "artist"),
    [
        ("Rihanna ft. Drake", "Rihanna"),
        ("Sia feat. Sean Paul", "Sia"),
        ("Sia (feat. Sean Paul)", "Sia"),
        ("Wiz Khalifa Featuring Charlie Puth", "Wiz Khalifa"),
        ("Rae Sremmurd ft. Gucci Mane & Others", "Rae Sremmurd"),
        ("Simon & Garfunkel", "Simon & Garfunkel"),
        ("Tyler, The Creator", "Tyler, The Creator"),
        ("Little Feat", "Little Feat"),
        ("Ft. Worth", "Ft. Worth"),
        ("Lifted Featurette", "Lifted Featurette"),
        ("방탄소년단 feat. Halsey", "방탄소년단"),
    ],
)
def test_the_first_artist_of_a_credit_is_the_one_without_the_guests(credited: str, artist: str):
    assert main_artist(credited) == artist
