"""How values read on a page."""

from __future__ import annotations

from linernotes.web import words
from linernotes.web.views.files import own_path


def test_numbers_and_times_read_as_people_say_them() -> None:
    assert [words.many(n, "recording") for n in (0, 1, 1234)] == ["0 recordings", "1 recording", "1,234 recordings"]
    assert [words.span(s) for s in (0, 59, 60, 3_700, 90_061)] == [
        "under a second", "59 seconds", "1 minute", "1 hour 1 minute", "1 day 1 hour",
    ]  # fmt: skip
    assert [words.playing_time(ms) for ms in (None, 59_600, 247_000)] == ["", "1:00", "4:07"]
    assert [words.years(*y) for y in ((None, None), (1983, 1983), (1983, 1999))] == ["", "1983", "1983–1999"]


def test_an_address_that_does_not_lead_to_the_web_is_no_link() -> None:
    assert words.outward("https://ada.example/") == "https://ada.example/"
    for url in (None, "", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//ada.example"):
        assert words.outward(url) is None


def test_an_address_asks_for_what_is_given_and_nothing_else() -> None:
    assert words.query(a="x y", b=None, c="", d=False, e=0) == "?a=x+y&e=0"
    assert words.query(a=None) == ""


def test_the_way_back_never_leads_to_another_host() -> None:
    assert own_path("/search?q=a") == "/search?q=a"
    for to in ("https://x.example", "//x.example", "/\\x.example", "/\tx", "x", "", "/a\nb"):
        assert own_path(to) == "/"
