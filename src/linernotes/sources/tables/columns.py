"""Which column of somebody's table holds what: the fields we know, their usual names, and `--column` mappings.

A *field* is ours (``track``), a *column* is the file's (``Song Title``). A column is recognised only when its whole
name is a known one, whatever its case, spaces and underscores: ``producer_male`` is not the producer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence

from linernotes.errors import UsageError

WIDE_ROLES: Mapping[str, str] = {
    "producers": "producer",
    "co_producers": "co-producer",
    "executive_producers": "executive producer",
    "songwriters": "songwriter",
    "composers": "composer",
    "lyricists": "lyricist",
    "arrangers": "arranger",
    "remixers": "remixer",
    "mixers": "mixer",
    "engineers": "engineer",
}
"""Fields that list people, and the role of everybody in the list, as a claim's raw text."""

ID_FIELD: Mapping[str, str] = {"person": "person_id"} | {people: f"{people[:-1]}_ids" for people in WIDE_ROLES}
"""For a field that lists people, the field that lists their ids in the same order."""

FIELDS: Mapping[str, tuple[str, ...]] = {
    "artist": ("artist", "artists", "artist_name", "performer", "track_artist"),
    "artist_id": ("artist_id", "artist_ids"),
    "album": ("album", "album_name", "release", "release_title", "track_album_name"),
    "kind": ("kind", "album_type", "release_type"),
    "release_date": ("release_date", "date", "released", "year", "track_album_release_date"),
    "track": ("track", "song", "title", "track_name", "name", "recording"),
    "track_number": ("track_number", "position"),
    "isrc": ("isrc",),
    "recording_id": ("recording_id", "recording_mbid", "mbid"),
    "duration_ms": ("duration_ms", "length_ms"),
    "duration_s": ("duration_s", "length_sec"),
    "duration": ("duration", "length"),
    "source_url": ("source_url", "url"),
    "role": ("role", "credit"),
    "person": ("person", "person_name", "credited_as"),
    "person_id": ("person_id",),
    "producers": ("producers", "producer", "produced_by", "producer_names"),
    "producer_ids": ("producer_ids", "producer_id"),
    "co_producers": ("co_producers", "co_producer", "co_produced_by"),
    "co_producer_ids": ("co_producer_ids", "co_producer_id"),
    "executive_producers": ("executive_producers", "executive_producer"),
    "executive_producer_ids": ("executive_producer_ids", "executive_producer_id"),
    "songwriters": ("songwriters", "songwriter", "writers", "writer", "written_by"),
    "songwriter_ids": ("songwriter_ids", "songwriter_id", "writer_ids", "writer_id"),
    "composers": ("composers", "composer", "composed_by"),
    "composer_ids": ("composer_ids", "composer_id"),
    "lyricists": ("lyricists", "lyricist", "lyrics_by"),
    "lyricist_ids": ("lyricist_ids", "lyricist_id"),
    "arrangers": ("arrangers", "arranger", "arranged_by"),
    "arranger_ids": ("arranger_ids", "arranger_id"),
    "remixers": ("remixers", "remixer", "remixed_by"),
    "remixer_ids": ("remixer_ids", "remixer_id"),
    "mixers": ("mixers", "mixer", "mixed_by"),
    "mixer_ids": ("mixer_ids", "mixer_id"),
    "engineers": ("engineers", "engineer", "engineered_by"),
    "engineer_ids": ("engineer_ids", "engineer_id"),
}
"""Every field and the names its column may have; where two columns claim one field, the earlier name wins."""

NEEDED = ("artist", "track")


def plain(column: str) -> str:
    """A column name without case, spaces, underscores and hyphens: `Track Name` and `track_name` are one."""
    return re.sub(r"[\s_\-]+", "", unicodedata.normalize("NFKC", column)).casefold()


_PLAIN_SYNONYMS = {field: tuple(plain(name) for name in names) for field, names in FIELDS.items()}


def match(columns: Sequence[str], named: Mapping[str, str]) -> dict[str, str]:
    """Field → column. A column that is named for one field is not taken for another; same names: the first column.

    `named` is trusted here (see `check_named`); what it names and `columns` lacks is left out.
    """
    found = {field: column for field, wanted in named.items() if (column := _column_called(wanted, columns))}
    taken = set(found.values())
    by_name: dict[str, str] = {}
    for column in columns:
        if column not in taken:
            by_name.setdefault(plain(column), column)
    for field, synonyms in _PLAIN_SYNONYMS.items():
        if field not in named:
            column = next((by_name[name] for name in synonyms if name in by_name), None)
            if column is not None:
                found[field] = column
    return found


def check_named(source: str, columns: Sequence[str], named: Mapping[str, str]) -> None:
    """Refuse a mapping to a field that is not ours or from a column that the file lacks, naming those that exist."""
    for field, column in named.items():
        if field not in FIELDS:
            raise UsageError(f"There is no field {field!r} to map a column to. Fields: {', '.join(FIELDS)}.")
        if _column_called(column, columns) is None:
            raise UsageError(f"{source} has no column {column!r} for {field}. Its columns: {_shown(columns)}.")


def check_enough(source: str, columns: Sequence[str], fields: Collection[str]) -> None:
    """Refuse a file in which nobody can find an artist and a track."""
    missing = [field for field in NEEDED if field not in fields]
    if missing:
        raise UsageError(
            f"{source} has no column for {' and '.join(missing)}. Its columns: {_shown(columns)}. "
            f"Needed: one for the artist ({', '.join(FIELDS['artist'])}) and one for the track "
            f"({', '.join(FIELDS['track'])}). "
            f"Name yours with --column {missing[0]}=COLUMN."
        )


def _column_called(wanted: str, columns: Sequence[str]) -> str | None:
    if wanted in columns:
        return wanted
    return next((column for column in columns if plain(column) == plain(wanted)), None)


def _shown(columns: Sequence[str], most: int = 40) -> str:
    """The columns as a list a person can read, cut where it grows too long."""
    shown = ", ".join((c if len(c) <= 60 else c[:59] + "…") or "(no name)" for c in columns[:most])
    return shown + (f" and {len(columns) - most} more" if len(columns) > most else "") if columns else "none"
