"""Can recorded answers of MusicBrainz and Wikidata be read? One line a file, exit 1 when one cannot.

    python scripts/check_payloads.py FOLDER

FOLDER has the answers as `musicbrainz/NAME.json`, `wikidata/NAME.json` (the body alone) and
`errors/musicbrainz_NAME.json`, `errors/wikidata_NAME.json` (`{"http_status": .., "headers": {..}, "body": ..}`); of
other files nothing is read. What an answer is, is seen from its shape.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from linernotes.errors import BadAnswer
from linernotes.model.catalogue import Json, TrackRef
from linernotes.sources.bodies import decode
from linernotes.sources.musicbrainz.credits import lacks_relations, parse_credits
from linernotes.sources.musicbrainz.parse import heard, parse_albums, parse_artists, parse_tracks
from linernotes.sources.musicbrainz.profiles import parse_profile
from linernotes.sources.wikidata.parse import parse_entities, parse_rows, says_busy
from linernotes.sources.wikidata.parse import parse_profile as parse_item


def tell(answer: Json) -> str:
    """What we read in an answer, in a few words."""
    if not isinstance(answer, dict):
        return f"no object: {type(answer).__name__}"
    if "entities" in answer:
        return _items(parse_entities(answer))
    if "results" in answer:
        return f"{len(parse_rows(answer))} people in rows"
    if "error" in answer:
        return f"error, busy: {says_busy(answer)}"
    if "artists" in answer:
        return "candidates: " + ", ".join(f"{a.name} ({a.score})" for a in parse_artists(answer))
    if "releases" in answer and "release-count" in answer:
        page = parse_albums(answer, 0)
        return "; ".join([f"{len(page.items)} albums", *(_release(r) for r in answer["releases"])])
    if "media" in answer:
        return _release(answer)
    if "recordings" in answer:
        return "; ".join(_recording(r) for r in answer["recordings"])
    if "artist-credit" in answer:
        return _recording(answer)
    profile = parse_profile(answer, str(answer.get("id")))
    links = ", ".join(f"{link.kind} {link.value}" for link in profile.links)
    ids = ", ".join(f"{i.scheme} {i.value}" for i in profile.ids)
    return f"person: {len(profile.aliases)} aliases; links: {links or 'none'}; ids: {ids}"


def _items(found: dict[str, dict[str, list[str]]]) -> str:
    said = []
    for item, values in found.items():
        profile = parse_item(item, values)
        links = ", ".join(f"{link.kind} {link.value}" for link in profile.links)
        said.append(f"{item}: links: {links or 'none'}; ids: {', '.join(i.scheme for i in profile.ids)}")
    return "; ".join(said) or "no items"


def _release(release: Json) -> str:
    facts = parse_tracks(release, 0).items
    tracks = [
        TrackRef(id=UUID(int=n), name=f.name, recording_id=UUID(int=n), ids=f.ids, recording_ids=f.recording_ids)
        for n, f in enumerate(facts)
    ]
    return f"{len(list(heard(release)))} tracks, {_credits(release, tracks)}"


def _recording(recording: Json) -> str:
    """A recording alone, read as the only track of an edition."""
    track = {"id": recording.get("id"), "title": recording.get("title"), "recording": recording}
    return _release({"id": recording.get("id"), "media": [{"tracks": [track]}]})


def _credits(release: Json, tracks: Sequence[TrackRef]) -> str:
    answer = parse_credits(release, tracks)
    said = Counter(f"{c.raw_role}: {c.person.name}" for claims in answer.claims.values() for c in claims)
    words = [f"{len(said)} different claims", *said]
    if lacks_relations(release, tracks):
        words.append("(relationships of recordings left out)")
    return ", ".join([*words, *(f"problem: {p.kind}: {p.detail}" for p in answer.problems)])


def main(folder: Path) -> int:
    """Read every file; the exit code."""
    failed = 0
    patterns = ("musicbrainz/*.json", "wikidata/*.json", "errors/musicbrainz_*.json", "errors/wikidata_*.json")
    files = [file for pattern in patterns for file in sorted(folder.glob(pattern))]
    if not files:
        print(f"no answers in {folder}: expected {', '.join(patterns)} in it")
        return 2
    for file in files:
        try:
            answer = decode(file.stem, file.read_bytes())
            if file.parent.name == "errors" and isinstance(answer, dict) and "http_status" in answer:
                body = answer.get("body")
                said = f"{answer['http_status']}: {tell(body) if isinstance(body, dict) else json.dumps(body)[:60]}"
            else:
                said = tell(answer)
        except BadAnswer as error:
            failed, said = failed + 1, f"FAILED: {error}"
        except Exception as error:
            failed, said = failed + 1, f"FAILED: {type(error).__name__}: {error}"
        print(f"{file.parent.name}/{file.name}: {said}")
    print(f"{len(files)} files, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print((__doc__ or "").strip())
        sys.exit(2)
    sys.exit(main(Path(sys.argv[1])))
