"""The lock of Flyway, where its configuration lies in the project."""

import pytest
from verify_projects import Project

RIGHT = "flyway.postgresql.transactional.lock = false\n"
TOML = "[flyway.postgresql.transactional]\nlock = {}\n"


def found(folder, runner, **files):
    project = Project(folder, runner)
    for path, text in files.items():
        project.write(path.replace("__", "/").replace("_", "."), text)
    ran = project.broxspec("lint")
    return [line for line in ran.out.splitlines() if "SP513" in line or "flyway." in line]


@pytest.mark.parametrize("files", [
    {}, {"flyway_conf": RIGHT}, {"flyway_toml": TOML.format("false")}, {"conf__flyway_conf": RIGHT}, {"flyway_conf": "flyway.url=x\n", "conf__flyway_conf": RIGHT},
])  # fmt: skip
def test_nothing_to_say(tmp_path, files):
    assert found(tmp_path, "flyway", **files) == []


@pytest.mark.parametrize(("files", "place"), [
    ({"flyway_conf": "flyway.url=x\n"}, "flyway.conf:1:1"),
    ({"flyway_conf": "flyway.url=x\nflyway.postgresql.transactional.lock=true\n"}, "flyway.conf:2:1"),
    ({"migrations__flyway_conf": "# nothing\n"}, "migrations/flyway.conf:1:1"),
    ({"flyway_toml": TOML.format("true")}, "flyway.toml:2:1"),
    ({"flyway_toml": "[flyway]\nlocations = ['filesystem:migrations']\n"}, "flyway.toml:1:1"),
])  # fmt: skip
def test_a_lock_that_is_a_transaction(tmp_path, files, place):
    said = "\n".join(found(tmp_path, "flyway", **files))
    assert "warning[SP513]" in said and place in said


def test_other_runners_do_not_read_it(tmp_path):
    assert found(tmp_path, "psql", flyway_conf="flyway.url=x\n") == []
