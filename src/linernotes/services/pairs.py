"""Who may be one person, looked for in the whole base at once: names, artists and recordings weighed together.

Rules about how names are written (`pipeline/credits/likeness.py`) look at two names. This looks at all producers with
a statistical model (Fellegi and Sunter's, as the library splink has it): how much each agreement says is learnt from
the base itself, and from where on a pair is worth a look from pairs whose truth is known. It runs in DuckDB in this
process: the rows are read from PostgreSQL, scored, and written back as suggestions. Nobody is merged by it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row

from linernotes.errors import UsageError
from linernotes.pipeline.credits.threshold import Threshold, threshold_of
from linernotes.queries import load_queries
from linernotes.search import Db

SQL = load_queries("linernotes.services", "pairs.sql")

MOST = 200
"""Artists and recordings of one producer that are compared."""
FEWEST_RECORDS = 50
"""With fewer producers there is nothing to learn from."""
LOOKED_AT = 0.01
"""Pairs that score less are not brought back from DuckDB."""
SEED = 1

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What a comparison did: producers compared, pairs that came near each other, and suggestions that stand now."""

    producers: int
    near: int
    suggestions: int
    threshold: Threshold


def compare_all(db: Db, now: datetime, limit: float | None = None) -> Resolved:
    """Compare everybody with everybody who comes near, and keep what was found as suggestions.

    limit: the score from which on a pair is kept, instead of the one that is learnt. Raises UsageError without the
    extra `resolve`, and when the base holds too few people.
    """
    records = _records(db)
    if len(records) < FEWEST_RECORDS:
        raise UsageError(
            f"{len(records)} producers are too few to learn from; {FEWEST_RECORDS} are needed. "
            "`linernotes people suggest` looks at their names alone."
        )
    scores = scored(records)
    two = _two_by_their_ids(db, list(scores))
    threshold = threshold_of(_known(db, scores, two, {str(record["id"]) for record in records}))
    least = limit if limit is not None else threshold.limit
    kept = [(pair, score) for pair, score in scores.items() if score >= least and pair not in two]
    with db.transaction():
        row = db.execute(
            SQL["keep"],
            {
                "ones": [one for (one, _), _ in kept],
                "others": [other for (_, other), _ in kept],
                "scores": [score for _, score in kept],
                "now": now,
            },
        ).fetchone()
    assert row is not None
    return Resolved(producers=len(records), near=len(scores), suggestions=int(row[0]), threshold=threshold)


def scored(records: Sequence[Mapping[str, Any]]) -> dict[Pair, float]:
    """The pairs that come near each other, each with how sure it is that both are one person (0 to 1).

    A record has id, name, last_word, sound (texts), artists and recordings (lists of texts). Raises UsageError
    without the extra `resolve`. A base in which no two names come near each other has no pairs.
    """
    try:
        import duckdb
        import pyarrow
        import splink.comparison_library as compare
        from splink import Linker, SettingsCreator, block_on
        from splink.backends.duckdb import DuckDBAPI
        from splink.internals.exceptions import EMTrainingException
    except ImportError:
        raise UsageError(
            "Comparing the whole base needs splink and DuckDB, which are not installed. Install them with: "
            "pip install 'linernotes[resolve]'. `linernotes people suggest` works without."
        ) from None
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        probability_two_random_records_match=min(0.01, 0.2 / len(records)),
        comparisons=[
            compare.JaroWinklerAtThresholds("name", [0.97, 0.92, 0.85]),
            compare.ArrayIntersectAtSizes("artists", [2, 1]),
            compare.ArrayIntersectAtSizes("recordings", [2, 1]),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("name"),
            block_on("sound"),
            block_on("last_word", "artists", arrays_to_explode=["artists"]),
            block_on("substr(name, 1, 3)", "recordings", arrays_to_explode=["recordings"]),
        ],
    )
    texts = pyarrow.list_(pyarrow.string())
    columns = [("id", pyarrow.string()), ("name", pyarrow.string()), ("last_word", pyarrow.string())]
    columns += [("sound", pyarrow.string()), ("artists", texts), ("recordings", texts)]
    # Nothing is fetched from anywhere: DuckDB would otherwise load extensions over the network.
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as memory:
        table = pyarrow.Table.from_pylist([dict(record) for record in records], pyarrow.schema(columns))
        linker = Linker(DuckDBAPI(memory).register(table), settings, log_level=logging.ERROR)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=SEED)
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on("sound"), record_sample_proportion=1.0
            )
        except EMTrainingException:
            return {}
        predicted: Any = linker.inference.predict(threshold_match_probability=LOOKED_AT)
        found = predicted.as_pyarrow_table()
        columns_of = (found.column(name).to_pylist() for name in ("id_l", "id_r", "match_probability"))
        return {(min(a, b), max(a, b)): float(score) for a, b, score in zip(*columns_of, strict=True)}


def _records(db: Db) -> list[dict[str, Any]]:
    with db.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(SQL["records"], {"most": MOST}).fetchall()


def _two_by_their_ids(db: Db, pairs: Sequence[Pair]) -> set[Pair]:
    asked = {"ones": [one for one, _ in pairs], "others": [other for _, other in pairs]}
    return {(str(one), str(other)) for one, other in db.execute(SQL["two_by_their_ids"], asked)}


def _known(db: Db, scores: Mapping[Pair, float], two: set[Pair], compared: set[str]) -> list[tuple[float, bool]]:
    """The pairs whose truth is known, with their scores: what was merged and taken back, and what ids tell apart.

    Who was merged and does not come near each other counts with 0: the model missed them.
    """
    known = dict.fromkeys(two, False)
    for one, other, same in db.execute(SQL["decided"]):
        pair = (str(one), str(other))
        if pair in scores or (same and {*pair} <= compared):
            known[pair] = same
    return [(scores.get(pair, 0.0), same) for pair, same in known.items()]
