"""Watching changes nothing, whatever is watched."""

from __future__ import annotations

import random
from pathlib import Path

from catalog.sql_histories import History
from hypothesis import given
from hypothesis import strategies as st

from broxspec.catalog.sql import read_sql
from broxspec.handwritten.judge import judged
from broxspec.handwritten.watch import Watch
from broxspec.project import Context
from broxspec.source import Source

MORE = ["REINDEX TABLE {0}", "VACUUM FULL {0}", "LOCK TABLE {0}", "CLUSTER {0}", "DROP TABLE {0} CASCADE", "CREATE INDEX IF NOT EXISTS i ON {0} (id)", "BEGIN", "COMMIT", "ROLLBACK"]  # fmt: skip
MORE += ["ALTER TABLE {0} ALTER id TYPE text", "ALTER TABLE {0} ADD COLUMN z email", "DO $$ BEGIN ALTER TABLE {0} ADD CHECK (id IS NOT NULL); END $$"]
MORE += ["ALTER TABLE {0} ALTER id SET NOT NULL", "DROP INDEX CONCURRENTLY i", "DROP SCHEMA app CASCADE", "SET LOCAL lock_timeout = 1"]


def files(seed: int) -> list[Source]:
    """A random history in several files, with statements in between that only the watch looks at."""
    history, chance = History(seed), random.Random(seed)
    statements = history.write(25).split(";\n")
    for _ in range(12):
        table = chance.choice([*history.tables, "nothing"])
        statements.insert(chance.randrange(1, len(statements)), chance.choice(MORE).format(table))
    cuts = sorted(chance.sample(range(1, len(statements)), 3))
    parts = [statements[start:end] for start, end in zip([0, *cuts], [*cuts, None], strict=True)]
    return [Source(f"{number}.sql", ";\n".join(part) + ";\n") for number, part in enumerate(parts)]


@given(st.integers(0, 1_000_000))
def test_what_is_read_is_the_same(seed: int) -> None:
    sources = files(seed)
    alone = read_sql(sources)
    watch = Watch(Path("/nowhere"), every=True)
    watched = read_sql(sources, watch=watch)
    watch.after = watched[0]
    assert watched == alone
    for found in judged(watch.migrations(), Context(watched[0], watched[0], 15)):
        assert found.span.start < found.span.end <= len(found.span.source.text)
        assert found.span.text.strip()
