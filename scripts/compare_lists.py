"""Do two lists of credits agree on the songs that both have? One line a person, for reading by eye.

    python scripts/compare_lists.py ONE.csv OTHER.csv

Both lists are discovered, as `linernotes discover --all --from file:PATH` does it, into a database of their own (on
the server of LINERNOTES_DATABASE_URL, else the embedded one), which is dropped at the end. No other source is asked.
Printed is every recording that both lists speak of, and on it everybody who is credited: `=` whom both lists name, by
whatever spelling, `1` and `2` whom only that list names; at the end the counts. Who is right is for the reader to
say: whether each `=` is one person, and whether a `1` and a `2` are one person who was missed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.scratch import scratch_database
from linernotes.database.connect import connect

SHARED = """
select r.id, r.artist_key || ' - ' || r.title as song
from linernotes.recordings r
where (select count(distinct c.source) from linernotes.claims c
       where c.recording_id = r.id and c.source = any (%(sources)s)) = 2
order by 2
"""

CREDITED = """
select case when r.class = 'writer' then 'wrote' else 'produced' end as part, p.name,
       array(select distinct c.source || ' writes ' || c.credited_as
             from linernotes.claims c
             where c.recording_id = %(recording)s and c.role = x.role
               and linernotes.search_key(c.name_key) in (
                   select n.search_key from linernotes.producer_names n where n.producer_id = p.id)
             order by 1) as written,
       x.sources
from public.tracks t
join public.track_producers x on x.track_id = t.id
join linernotes.roles r on r.code = x.role
join public.producers p on p.id = x.producer_id
where t.id = (select min(o.id::text)::uuid from public.tracks o where o.recording_id = %(recording)s)
order by 1, 2
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lists", nargs=2, type=Path, metavar="FILE")
    lists: list[Path] = parser.parse_args().lists
    sources = [f"file:{path.name}" for path in lists]
    counted: Counter[tuple[str, str]] = Counter()
    with scratch_database() as url:
        for path in lists:
            discovered(path, url)
        with connect(url) as db:
            songs = db.execute(SHARED, {"sources": sources}).fetchall()
            for recording, song in songs:
                print(song)
                for part, name, written, named_by in db.execute(CREDITED, {"recording": recording}):
                    mark = "=" if set(sources) <= set(named_by) else str(1 + sources.index(named_by[0]))
                    counted[part, mark] += 1
                    print(f"  {mark} {part:8} {name:32} {'; '.join(written)}")
    print(f"{len(songs)} songs in both lists")
    for part in ("produced", "wrote"):
        both, one, other = (counted[part, mark] for mark in ("=", "1", "2"))
        print(f"{part}: {both} named by both, {one} by the first alone, {other} by the second alone")
    return 0


def discovered(path: Path, url: str) -> None:
    """Bring a list in. Raises CalledProcessError when that fails."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("LINERNOTES_")}
    command = [sys.executable, "-m", "linernotes", "discover", "--all", "--from", f"file:{path}"]
    subprocess.run(command, env={**own, "LINERNOTES_DATABASE_URL": url}, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
