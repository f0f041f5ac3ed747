"""Pictures: the same values make the same picture, every value is in it, and text stays text."""

from __future__ import annotations

import random
import re
from xml.etree import ElementTree

import pytest

from linernotes.web.svg.bars import Share, history, meter, stacked
from linernotes.web.svg.network import Edge, Node, in_circles, network
from linernotes.web.svg.timeline import Column, nice_step, timeline

HOSTILE = "<script>alert(1)</script>\"'& ]]>"


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def people(count: int) -> list[Node]:
    return [Node(key=f"p{n}", name=f"Person {n}", href=f"/producers/p{n}", weight=1 + n % 5) for n in range(count)]


def drawn_points(svg: str) -> list[float]:
    return [float(n) for circle in parsed(svg).iter("circle") for n in (circle.attrib["cx"], circle.attrib["cy"])]


def year(year: int, all_: int = 1, produced: int = 0, written: int = 0) -> Column:
    return Column(year=year, all=all_, parts=(("producer", produced), ("writer", written)))


def drawn(*columns: Column, name: str = "Ada") -> ElementTree.Element:
    return parsed(timeline(columns, name=name, href=lambda at: f"?year={at}"))


def test_a_timeline_of_one_year_is_still_a_picture() -> None:
    assert len(list(drawn(year(1983)).iter("a"))) == 1


def test_a_timeline_says_every_number_in_words_and_leads_to_each_year() -> None:
    picture = drawn(year(1999, 1), year(1983, 33, produced=31, written=2))
    assert [link.attrib["aria-label"] for link in picture.iter("a")] == [
        "1983: 33 recordings, 31 as producer, 2 as writer",
        "1999: 1 recording",
    ]
    assert [link.attrib["href"] for link in picture.iter("a")] == ["?year=1983", "?year=1999"]


def test_columns_are_as_high_as_their_numbers() -> None:
    boxes = drawn(year(2000, 40, produced=20, written=10)).iter("rect")
    everything, produced, written = (float(box.attrib["height"]) for box in boxes)
    assert (produced, written) == pytest.approx((everything / 2, everything / 4), abs=0.05)


def test_a_slip_in_a_date_does_not_squeeze_all_other_years_into_a_corner() -> None:
    assert [link.attrib["href"] for link in drawn(year(1066), year(1983), year(1984)).iter("a")] == [
        "?year=1983",
        "?year=1984",
    ]


@pytest.mark.parametrize("most", [1, 4, 5, 6, 23, 99, 1000, 123_456])
def test_grid_lines_are_round_numbers_and_few(most: int) -> None:
    step = nice_step(most)
    assert re.fullmatch(r"[125]0*", str(step))
    assert most / step <= 5


def test_the_order_of_the_input_does_not_change_a_network() -> None:
    nodes = people(9)
    edges = [Edge(one="p1", other="p7", weight=3), Edge(one="p2", other="p3", weight=1)]
    mixed = random.Random(1).sample(nodes, len(nodes))
    assert network("Ada", nodes, edges) == network("Ada", mixed, edges)


def test_who_worked_together_stands_side_by_side() -> None:
    order = [n.key for n in in_circles(people(10), [Edge(one="p4", other="p0", weight=9)])]
    assert abs(order.index("p4") - order.index("p0")) == 1


@pytest.mark.parametrize("count", [1, 2, 7, 20, 41])
def test_everybody_in_a_network_has_a_place_of_their_own_inside_the_picture(count: int) -> None:
    svg = network("Ada", people(count))
    _, _, wide, high = (float(n) for n in parsed(svg).attrib["viewBox"].split())
    points = drawn_points(svg)
    places = set(zip(points[::2], points[1::2], strict=True))
    assert len(places) == count + 1
    assert all(0 < x < wide and 0 < y < high for x, y in places)


def test_an_edge_to_somebody_who_is_not_drawn_is_left_out() -> None:
    assert network("Ada", people(3), [Edge(one="p0", other="gone", weight=1)]) == network("Ada", people(3))


def test_names_in_pictures_are_text() -> None:
    node = Node(key="x", name=HOSTILE, href="/producers/x?a=1&b=2", weight=1)
    for svg in (
        network(HOSTILE, [node]),
        timeline([year(1)], name=HOSTILE, href=str),
        stacked([Share(1, "waiting")], out_of=1, title=HOSTILE, key="k"),
    ):
        assert [e.tag for e in parsed(svg).iter() if e.tag == "script"] == []
        assert HOSTILE in "".join(parsed(svg).itertext())
    assert parsed(network("A", [node])).find("a").attrib["href"] == node.href  # type: ignore[union-attr]


def test_pictures_carry_no_style_or_script_that_the_policy_of_the_site_forbids() -> None:
    for svg in (network("A", people(4)), timeline([year(1)], name="A", href=str)):
        assert re.search(r"\s(style|on\w+)=", svg) is None


@pytest.mark.parametrize(("share", "wide"), [(-1, 0), (0, 0), (0.5, 22), (1, 44), (7, 44)])
def test_a_meter_is_as_full_as_its_number_and_never_more(share: float, wide: float) -> None:
    assert float(list(parsed(meter(share)).iter("rect"))[1].attrib["width"]) == wide


def test_the_parts_of_a_bar_never_leave_it() -> None:
    shares = [Share(1, "visible"), Share(0, "hidden"), Share(1_000_000, "dead"), Share(5, "done")]
    boxes = list(parsed(stacked(shares, out_of=1_000_000, title="t", key="k")).iter("rect"))[1:]
    assert [box.find("title").text for box in boxes][:2] == ["1 visible", "1,000,000 dead"]  # type: ignore[union-attr]
    assert all(float(box.attrib["x"]) + float(box.attrib["width"]) <= 300.01 for box in boxes)


def test_a_history_shows_what_is_there_at_all_and_stays_inside() -> None:
    boxes = list(parsed(history((0, 1, 1_000_000), (0, 0, 5), title="t", key="k")).iter("rect"))
    assert len(boxes) == 3
    assert all(float(box.attrib["height"]) >= 1 and float(box.attrib["y"]) >= 0 for box in boxes)
    assert list(parsed(history((0,) * 24, (0,) * 24, title="t", key="k")).iter("rect")) == []
