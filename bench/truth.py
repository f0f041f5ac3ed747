"""How well people are told apart, against pairs of names whose truth is known.

    ./run bench truth --pairs FILE.csv

FILE.csv has the columns name_a, name_b, label (same, different), by_name_alone (yes: a careful reader can tell from
the two strings; maybe; no), and id_system, id_a, id_b where a source has ids for them. Prints

- precision, recall and F1 of the verdict `same`, for the pairs that can be told by name alone;
- how many pairs of different people the pipeline's own joining of people makes one, for all pairs: each pair is
  brought to a fresh database as two sources would bring it, with its ids where it has any;
- what is suggested of the rest.

Exits 1 when F1 is below 0.97 or different people became one.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from psycopg.types.json import Jsonb

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.scratch import scratch_database
from linernotes.database.connect import connect
from linernotes.model.names import display_name, name_key, search_key
from linernotes.pipeline.credits.likeness import Verdict, same_person_by_name

ENOUGH = 0.97
Pair = Mapping[str, str]


def by_name(pairs: Sequence[Pair]) -> float:
    """Print how well the two strings alone tell; the F1."""
    told = [p for p in pairs if p["by_name_alone"] == "yes"]
    counted: Counter[tuple[bool, bool]] = Counter()
    for pair in told:
        found = same_person_by_name(pair["name_a"], pair["name_b"])
        same, said = pair["label"] == "same", found.verdict is Verdict.SAME
        counted[same, said] += 1
        if same != said:
            print(f"  wrong: {pair['name_a']!r}, {pair['name_b']!r} are {pair['label']}; {'; '.join(found.reasons)}")
    right, missed, wrong = counted[True, True], counted[True, False], counted[False, True]
    precision = right / (right + wrong) if right + wrong else 1.0
    recall = right / (right + missed) if right + missed else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    print(f"told by name alone: {len(told)} pairs, precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}")
    return f1


def the_rest(pairs: Sequence[Pair]) -> None:
    """Print what is said of the pairs that a name alone cannot settle."""
    counted = Counter(
        (p["by_name_alone"], p["label"], str(same_person_by_name(p["name_a"], p["name_b"]).verdict))
        for p in pairs
        if p["by_name_alone"] != "yes"
    )
    for (alone, label, verdict), count in sorted(counted.items()):
        print(f"  by name alone {alone}, {label}: {count} said to be {verdict}")


def person(name: str, scheme: str, value: str) -> dict[str, object]:
    ids = [{"scheme": scheme, "value": value}] if value and scheme not in ("", "none") else []
    return {"name": display_name(name), "name_key": name_key(name), "search_key": search_key(name), "ids": ids}


def made_one(pairs: Sequence[Pair]) -> Counter[str]:
    """How many pairs became one producer by themselves, by label."""
    counted: Counter[str] = Counter()
    with scratch_database() as url, connect(url) as db:
        for pair in pairs:
            people = [person(pair[f"name_{x}"], pair.get("id_system", ""), pair.get(f"id_{x}", "")) for x in "ab"]
            with db.transaction(force_rollback=True):
                found = [
                    db.execute(
                        "select producer_id from linernotes.resolve_producers(%s, %s)",
                        [Jsonb([one]), f"source {number}"],
                    ).fetchone()
                    for number, one in enumerate(people)
                ]
                counted[pair["label"]] += found[0] == found[1]
    return counted


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=Path, required=True, metavar="FILE.csv")
    path = parser.parse_args().pairs
    with path.open(encoding="utf-8-sig", newline="") as file:
        pairs = list(csv.DictReader(file))
    if missing := {"name_a", "name_b", "label", "by_name_alone"} - set(pairs[0] if pairs else ()):
        parser.error(f"{path} lacks the columns {', '.join(sorted(missing))}")
    f1 = by_name(pairs)
    the_rest(pairs)
    joined = made_one(pairs)
    of = Counter(p["label"] for p in pairs)
    print(f"made one by themselves: {joined['different']} of {of['different']} different people (must be 0), "
          f"{joined['same']} of {of['same']} same (by a shared id)")  # fmt: skip
    return 0 if f1 >= ENOUGH and not joined["different"] else 1


if __name__ == "__main__":
    sys.exit(main())
