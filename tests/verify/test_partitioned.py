"""`verify` of indexes on partitioned tables, by each runner: killed in a partition, and with a partition that the migrations do not know."""

import pytest
from verify_projects import Project

SCHEMA = """\
CREATE TABLE events (id bigint NOT NULL, kind text NOT NULL, at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE "Events 2025" PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (kind);
CREATE TABLE events_2025_a PARTITION OF "Events 2025" FOR VALUES IN ('a');
CREATE TABLE events_2025_b PARTITION OF "Events 2025" FOR VALUES IN ('b');
CREATE INDEX mine ON events_2024 (kind, at);
CREATE INDEX events_id ON events (id);
"""
INDEXES = """\
kind: indexes
table: events
indexes:
  - columns: [kind, at]
    why: Events of a kind.
  - columns: [id, at, kind]
    unique: true
    why: No event twice.
  - columns: [id, kind]
    name: events_id
    adopt: true
    why: An event of a kind.
"""
RUNNERS = ["psql", "prisma 6.2.1", "alembic", "django", "goose", "golang-migrate", "flyway", "dbmate"]


@pytest.mark.parametrize("runner", RUNNERS)
def test_a_partitioned_table_is_proven(tmp_path, running, runner):
    project = Project(tmp_path, runner, SCHEMA, INDEXES).compile()
    proofs = project.proofs()
    assert {proof["status"] for proof in proofs.values()} <= {"proven", "not applicable"}, project.verify().out
    if runner == "psql":
        assert not (tmp_path / "generated/shop.migrations").exists()
    else:
        said = proofs["generated/shop.migrations/partitions.sql"]["detail"]
        assert said == "built every part of every partitioned index, and mended 1 partition that no migration knew"
    done = " ".join(proof["detail"] for proof in proofs.values())
    assert "build of events_" in done or "build of events_2025" in done


def test_partitions_may_be_left_to_the_script(tmp_path, running):
    project = Project(tmp_path, "prisma 6.2.1", SCHEMA, INDEXES)
    project.write("specs/database.yaml", project.read("specs/database.yaml") + "tables:\n  events: {partitions: [events_2025_b]}\n")
    project.compile()
    texts = [path.read_text() for path in sorted(tmp_path.glob("migrations/*/migration.sql"))]
    assert any("ON public.events_2025_b " in text for text in texts) and not any("ON public.events_2025_a " in text for text in texts)
    assert {proof["status"] for proof in project.proofs().values()} <= {"proven", "not applicable"}, project.verify().out
