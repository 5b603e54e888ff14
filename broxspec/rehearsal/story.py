"""The story that every set of own migrations goes through, whichever runner it is for.

    base → deploy → as wanted? → deploy again → down → as it began? → deploy under timeouts
    base → deploy, killed in the middle of a build → what the documents say → deploy … → as wanted?
"""

import time
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Any, NamedTuple

from broxspec.catalog.model import Catalog, Index, Name
from broxspec.catalog.server import read_connection
from broxspec.components.postgres import Server
from broxspec.plan import qualified, table_of
from broxspec.rehearsal.attempt import Attempt, Failed
from broxspec.rehearsal.deployment import Deployment, Files
from broxspec.rehearsal.hold import NotCaught, held
from broxspec.rehearsal.load import NotLoaded, Refused, bring, run_sources, run_text, unlike
from broxspec.rehearsal import scripts
from broxspec.rehearsal.stray import add, make_wholes, strays_of
from broxspec.rehearsal.snapshot import Difference, Snapshot, differences, snapshot
from broxspec.report import plural
from broxspec.source import Source

TIMEOUT_MS = 1000
PATIENCE = 60.0
_NUMBERS = count(1)  # one server may see several databases of one name, from several projects

Progress = Callable[[str], None]


class Victim(NamedTuple):
    """A concurrent build or drop to kill: the migration that it stands in, the index as it is called there, its table, and why
    this one."""

    path: str
    action: str
    index: Name
    table: Name
    why: str


class Script(NamedTuple):
    """What is to be rehearsed. `sources` are the schema where it is SQL; else the base is made of its catalog. `source` is the
    catalog of the sources. `blame` names the files of a role (`up`, `down`) that speak of an index.
    `wholes` are the indexes that they build on partitioned tables, as built; `left` are the partitions that they leave to a script."""

    files: Files
    base: Catalog
    wanted: Catalog
    source: Catalog
    sources: tuple[Source, ...]
    victims: tuple[Victim, ...]
    blame: Callable[[str, str], Sequence[str]]
    wholes: tuple[Index, ...] = ()
    left: tuple[Name, ...] = ()


class Failure(NamedTuple):
    """A file, what went wrong with it, and at which line; 0 where that is not known."""

    path: str
    message: str
    line: int = 0


class Outcome(NamedTuple):
    """`failures` are the files that did not do their work. `killed` are the victims whose retry went well. `database` is the one
    in which everything is applied, for further questions. `timeouts` says whether the timeouts of a role were tried.
    `strays` are partitions that no migration knew."""

    failures: tuple[Failure, ...]
    killed: tuple[Victim, ...] = ()
    database: str = ""
    timeouts: bool = False
    strays: tuple[Name, ...] = ()


class Story:
    """One rehearsal on a running server. The databases are the server's to drop."""

    def __init__(self, script: Script, server: Server, deployment: Deployment, progress: Progress) -> None:
        self._script, self._server, self._deployment, self._report = script, server, deployment, progress
        self._scene = ""
        self._number = next(_NUMBERS)
        self._killed: list[Victim] = []
        self._wanted: Snapshot | None = None

    def play(self) -> Outcome:
        """Raises NotLoaded where the base can't be made."""
        files = self._script.files
        self._progress("loading the schema")
        self._base = self._make_base()
        database = self._copy("applied")
        try:
            self._apply(database, f"applying {plural(len(files.ups), 'migration')}")
            self._progress("applying again")
            self._deployment.again(database)
            self._progress(f"taking back {plural(len(files.downs or files.ups), 'migration')}")
            self._take_back(database)
            timeouts = self._apply_under_timeouts(database)
            self._kill()
            strays = self._script.wholes and self._miss()
        except Failed as failed:
            paths = [failed.path] if failed.path else list(files.ups)
            message = f"{failed.message}; this was met {self._scene}"
            return Outcome(tuple(Failure(path, message, failed.line) for path in paths), tuple(self._killed))
        except _Different as different:
            return Outcome(tuple(self._blamed(different)), tuple(self._killed))
        return Outcome((), tuple(self._killed), database, timeouts, tuple(strays))

    def _progress(self, step: str) -> None:
        last = self._killed[-1] if self._killed else None
        self._scene = f"on the retry, after the {last.action} of `{last.index}` was killed" if last else f"while {step}"
        self._report(step)

    # Databases

    def _make_base(self) -> Snapshot:
        script, name = self._script, self._name("base")
        self._server.createdb(name)
        self._deployment.prepare(name)
        with self._server.connect(name) as connection:
            if script.sources:
                refused = run_sources(connection, script.sources)
                self._check(connection, script.source, refused)
                bring(connection, script.source.indexes(), script.base.indexes())
            else:
                from broxspec.catalog.ddl import ddl

                run_text(connection, ddl(script.base))
                self._check(connection, script.base)
        self._deployment.baseline(name)
        return self._snapshot(name)

    def _check(self, connection: Any, read: Catalog, refused: Sequence[Refused] = ()) -> None:
        other = unlike(self._without_own(read), self._real(connection))
        if other:
            said = f" (it said: {refused[0].message})" if refused else ""
            raise NotLoaded(f"PostgreSQL made something else of the schema than was read{said}: {_few(other)}", refused)

    def _real(self, connection: Any) -> Catalog:
        """What the server's catalog has, without the runner's own tables."""
        return self._without_own(read_connection(connection, ""))

    def _without_own(self, catalog: Catalog) -> Catalog:
        """A dump may have the runner's own tables too."""
        return catalog._replace(tables={name: table for name, table in catalog.tables.items() if name.name not in self._deployment.tables})

    def _target(self) -> Snapshot:
        """What must come out: every wanted index, made directly. Not before the migrations have run: what the server has against one
        of these, it says at its migration."""
        if self._wanted is None:
            name = self._copy("wanted")
            with self._server.connect(name) as connection:
                bring(connection, self._script.base.indexes(), self._script.wanted.indexes())
            self._wanted = self._snapshot(name)
        return self._wanted

    def _copy(self, name: str) -> str:
        self._server.createdb(self._name(name), template=self._name("base"))
        return self._name(name)

    def _name(self, name: str) -> str:
        return f"rehearsal_{self._number}_{name}"

    def _snapshot(self, database: str) -> Snapshot:
        with self._server.connect(database) as connection:
            return snapshot(connection, self._deployment.tables)

    # Scenes

    def _apply(self, database: str, what: str) -> None:
        self._progress(what)
        self._deploy(database)
        self._compare(database)

    def _compare(self, database: str) -> None:
        """Against the wanted indexes made directly, as the server prints both; then against the specs, as read from its catalog."""
        changed = differences(self._target(), self._snapshot(database))
        if changed:
            raise _Different("up", changed, "applied")
        with self._server.connect(database) as connection:
            other = unlike(self._without_own(self._script.wanted), self._real(connection), parts=False)
        if other:
            raise Failed("", f"applied, the server's catalog is not as wanted: {_few(other)}")

    def _take_back(self, database: str) -> None:
        self._deployment.down(database)
        changed = differences(self._base, self._snapshot(database))
        if changed:
            raise _Different("down", changed, "taken back")

    def _apply_under_timeouts(self, database: str) -> bool:
        victim = next((victim for victim in self._script.victims if victim.action == "build"), None)
        if victim is None or not self._deployment.timeouts:
            self._apply(database, "applying once more")
            return False
        self._progress("applying under the timeouts of a role")
        self._set_timeouts(database, f"{TIMEOUT_MS}ms")
        with held(lambda: self._server.connect(database, options="-c statement_timeout=0 -c lock_timeout=0"), victim.table) as hold:
            attempt = Attempt(lambda: self._deploy(database))
            self._catch(hold, victim, attempt)
            time.sleep(TIMEOUT_MS / 1000 + 0.2)
        failed = attempt.failure(PATIENCE)
        if failed:
            message = f"a statement_timeout or lock_timeout of {TIMEOUT_MS} ms, set for the role, breaks a longer build: {failed}"
            raise Failed(failed.path, message, failed.line)
        self._set_timeouts(database, "0")
        self._compare(database)
        return True

    def _set_timeouts(self, database: str, value: str) -> None:
        with self._server.connect() as connection:
            for name in ("statement_timeout", "lock_timeout"):
                connection.execute(f"ALTER DATABASE {database} SET {name} = '{value}'".encode())

    def _miss(self) -> list[Name]:
        """Partitions that no migration knows: where a runner can't ask the server for them, the check must name them."""
        files = self._script.files
        if files.partitions:
            self._progress("building the parts of all partitioned indexes by partitions.sql")
            wanted, found = self._copy("parts_wanted"), self._copy("parts")
            make_wholes(self._server, wanted, self._script.wholes, only=False)
            make_wholes(self._server, found, self._script.wholes, only=True)
            scripts.run(self._server, found, files.root, files.partitions)
            self._same(wanted, found, "completed")
        strays = strays_of(self._script.base, self._script.wholes)
        if not strays:
            return []
        self._progress("adding a partition that the migrations do not know")
        wanted, found = self._copy("stray_wanted"), self._copy("stray")
        add(self._server, wanted, strays)
        with self._server.connect(wanted) as connection:
            bring(connection, self._script.base.indexes(), self._script.wanted.indexes())
        add(self._server, found, strays)
        self._deploy(found, [name for name, _ in strays])
        self._same(wanted, found, "applied with a partition that was not known")
        return [name for name, _ in strays]

    def _deploy(self, database: str, strays: Sequence[Name] = ()) -> None:
        """Each check may fail once for partitions that the migrations do not know, and is mended as documented."""
        unknown = [*strays, *self._script.left]
        for _ in self._script.files.ups if unknown and self._script.files.partitions else ():
            try:
                self._deployment.deploy(database)
                return
            except Failed as failed:
                if "partitions.sql" not in failed.message:
                    raise
                if not any(name.name in failed.message for name in unknown):
                    raise Failed(failed.path, f"it does not say which partition lacks its index: {failed.message}", failed.line) from failed
                scripts.run(self._server, database, self._script.files.root, self._script.files.partitions)
                self._deployment.retry(database, failed.path)
        self._deployment.deploy(database)

    def _same(self, wanted: str, found: str, when: str) -> None:
        changed = differences(self._snapshot(wanted), self._snapshot(found))
        if changed:
            raise _Different("up", changed, when)

    def _kill(self) -> None:
        """Kill each victim in the middle, and do what the documents say."""
        if not self._script.victims:
            return
        database = self._copy("killed")
        for number, victim in enumerate(self._script.victims):
            self._progress(f"killing the {victim.action} of {victim.index} ({victim.why})")
            # A driver that sends a statement again on a new connection would finish the drop of a session that was ended.
            finished = victim.action == "drop" and getattr(self._deployment, "resends", False)
            self._kill_one(database, victim, by_cancel=number % 2 == 1 or finished)
            self._killed.append(victim)
        self._apply(database, "applying the rest")

    def _kill_one(self, database: str, victim: Victim, by_cancel: bool) -> None:
        with held(lambda: self._server.connect(database), victim.table) as hold:
            attempt = Attempt(lambda: self._deploy(database))
            pid = self._catch(hold, victim, attempt)
            hold.cancel(pid) if by_cancel else hold.terminate(pid)
            failed = attempt.failure(PATIENCE)
        if failed is None:
            raise Failed(victim.path, f"the {victim.action} of `{victim.index}` was killed, but the runner reports success")
        if not self._is_invalid(database, victim.index):
            raise Failed(victim.path, f"killing the {victim.action} of `{victim.index}` left no invalid index behind, so that the retry proves nothing")
        self._deployment.retry(database, victim.path)
        if self._script.files.repairs and victim.action == "build" and self._is_invalid(database, victim.index):
            raise Failed(self._script.files.repairs[0], f"after it the invalid index `{victim.index}` is still there")

    def _catch(self, hold: Any, victim: Victim, attempt: Attempt) -> int:
        try:
            return hold.catch(victim.index, attempt.going, drop=victim.action == "drop")
        except NotCaught as missed:
            if attempt.going():
                raise Failed(victim.path, str(missed)) from missed
            raise attempt.failure(PATIENCE) or Failed(victim.path, f"the {victim.action} of `{victim.index}` could not be stopped: {missed}") from missed

    def _is_invalid(self, database: str, index: Name) -> bool:
        with self._server.connect(database) as connection:
            rows = connection.execute(_INVALID, list(index)).fetchall()
        return bool(rows)

    def _blamed(self, different: "_Different") -> Iterable[Failure]:
        """Each difference with the files that speak of it; with all of the role where none does."""
        files = self._script.files
        found: dict[str, list[str]] = {}
        for difference in different.differences:
            name = difference.object.name
            # Where the way back stands in the file up, there are no others.
            role = different.role if files.downs else "up"
            paths = self._script.blame(role, name) or (files.ups if role == "up" else files.downs)
            for path in paths:
                found.setdefault(path, []).append(str(difference))
        return [Failure(path, f"{different.when}: {_few(texts)}") for path, texts in sorted(found.items())]


_INVALID = """
SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relname = %s AND NOT i.indisvalid
"""


class _Different(Exception):
    def __init__(self, role: str, differences: Sequence[Difference], when: str) -> None:
        super().__init__(when)
        self.role, self.differences, self.when = role, differences, when


def _few(texts: Sequence[str], most: int = 3) -> str:
    more = f", and {len(texts) - most} more" if len(texts) > most else ""
    return "; ".join(texts[:most]) + more


def victims(steps: Sequence[tuple[str, Any]], catalog: Catalog) -> tuple[Victim, ...]:
    """Which steps to kill: of the concurrent builds the first, one in the middle, the first unique one, the first that changes an
    index and one in a partition; of the concurrent drops the first. `steps` are all steps with their files, in order."""
    able = [(path, step) for path, step in steps if _can_be_killed(step, catalog)]
    builds = [number for number, (_, step) in enumerate(able) if step.action == "build"]
    drops = [number for number, (_, step) in enumerate(able) if step.action == "drop"]
    parts = [number for number in builds if able[number][1].parent]
    reasons = (
        ("the first", builds[:1]),
        ("in the middle", builds[len(builds) // 2 :][:1]),
        ("unique", [number for number in builds if able[number][1].index.unique][:1]),
        ("a change", [number for number in builds if able[number][1].name][:1]),
        ("in a partition", parts[len(parts) // 2 :][:1]),
        ("the first drop", drops[:1]),
    )
    chosen: dict[int, list[str]] = {}
    for why, numbers in reasons:
        for number in numbers:
            chosen.setdefault(number, []).append(why)
    return tuple(_victim(*able[number], ", ".join(chosen[number])) for number in sorted(chosen))


def _victim(path: str, step: Any, why: str) -> Victim:
    return Victim(path, step.action, qualified(step.index), table_of(step.index), why)


def _can_be_killed(step: Any, catalog: Catalog) -> bool:
    """Only what can be written to can be locked against a build."""
    if step.action not in ("build", "drop") or not step.concurrently:
        return False
    table = catalog.table(table_of(step.index))
    return table is not None and table.kind == "table"
