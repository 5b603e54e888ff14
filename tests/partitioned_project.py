"""A partitioned schema with a partition that is partitioned itself, one that has an index already, and an index to be built anew."""

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
