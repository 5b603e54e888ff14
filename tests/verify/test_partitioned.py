"""`verify` of indexes on partitioned tables, by each runner: killed in a partition, and with a partition that the migrations do not know."""

import pytest
from partitioned_project import INDEXES, SCHEMA
from verify_projects import Project

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
