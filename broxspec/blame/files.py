"""Files: which of the generated files a path is, and what a line of it is there for."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from broxspec import lock as artifact_lock
from broxspec.blame.answer import Answer, Gone, Origin
from broxspec.blame.lines import names_at, names_in
from broxspec.blame.names import Names, in_record
from broxspec.blame.specs import distinct, of_database, of_route
from broxspec.catalog.model import Name
from broxspec.compile import compile_project
from broxspec.config import Config, load_projects
from broxspec.emit import sha256
from broxspec.migrations.compile import Options
from broxspec.migrations.git import git
from broxspec.migrations.history import History, lock_path, read_history
from broxspec.migrations.lock import File
from broxspec.migrations.shown import MARK
from broxspec.pipeline import Opened, open_project
from broxspec.project import Database, Project
from broxspec.usage import UsageError


def blame(path: str, line: int, folder: Path) -> Answer:
    """What a line (1-based) of a file is there for. UsageError where the file is not there, has no such line or is not generated."""
    place = (folder / path).resolve()
    text = _text(place, path)
    if not 0 < line <= text.count("\n") + (not text.endswith("\n")):
        raise UsageError(f"`{path}` has {text.count(chr(10)) + (not text.endswith(chr(10)))} lines, and not {line:,}")
    config = _config(place, path, folder)
    opened = open_project(config, folder)
    relative = place.relative_to(config.root).as_posix()
    answer = _Project(opened, folder, path, relative, text, line).answer()
    if answer is None:
        raise _not_generated(config, path, relative)
    return answer


def _text(place: Path, path: str) -> str:
    if not place.is_file():
        raise UsageError(f"there is no file `{path}`", "name a file that broxspec has generated, and a line: `migrations/0001_orders.sql:12`")
    return place.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")


def _config(place: Path, path: str, folder: Path) -> Config:
    """The project whose folder the file lies in; of several the innermost."""
    configs = [*load_projects(place.parent, folder)[0], *load_projects(folder, folder)[0]]
    inside = [config for config in configs if place.is_relative_to(config.root)]
    if not inside:
        raise UsageError(f"`{path}` belongs to no project: there is no `broxspec.toml` above it")
    return max(inside, key=lambda config: len(config.root.parts))


def _not_generated(config: Config, path: str, relative: str) -> UsageError:
    if any(relative == spec or relative.startswith(f"{spec.rstrip('/')}/") for spec in config.specs):
        return UsageError(f"`{path}` is not generated: it is a spec itself", "`git blame` says who wrote it")
    return UsageError(f"broxspec has not generated `{path}`", "generated are migrations, what lies in `generated/`, and the lines of a Prisma schema marked `// broxspec`")


class _Recorded(NamedTuple):
    """A migration as a lock has it, and whether it is frozen."""

    file: File
    frozen: bool


class _Project:
    """One question about one file of one project."""

    def __init__(self, opened: Opened, display: Path, path: str, relative: str, text: str, line: int) -> None:
        self.opened, self.display, self.path, self.relative, self.text, self.line = opened, display, path, relative, text, line
        self.root, self.generated = opened.config.root, opened.config.generated
        self.words = text.split("\n")[line - 1]

    def answer(self) -> Answer | None:
        first: Project = next(iter(self.opened.projects.values()))
        for database in first.databases:
            if found := self._of_database(database):
                return found
        for name, project in self.opened.projects.items():
            folder = f"{self.generated}/{name}" if name else self.generated
            if found := self._of_environment(folder, project):
                return found
        return None

    # Migrations, their lock and their aids, declarations

    def _of_database(self, database: Database) -> Answer | None:
        history = self.opened.loaded.states[database.name].history
        history = history or read_history(self.root, self.generated, database.name, self.opened.config.base)
        names = Names(database, history)
        if self.relative == lock_path(self.generated, database.name):
            return self._of_lock(names)
        if self.relative.endswith(".prisma") and self.words.rstrip().endswith(MARK):
            return self._declaration(names)
        recorded = _recorded(history, database.spec.migrations, self.generated, self.relative)
        if recorded is None:
            return None
        known = names.every()
        words = {name.name for name in known}
        general = [origin for name in self._called(known, names_in(self.text, words)) for origin in names.asked(name)[0]]
        about = self._called(known, names_at(self.text, self.line, words))
        answer = self._said("migration", names, about, general or of_database(database), file=self.relative)
        if recorded.file.role == "repair":
            return answer
        state = "frozen" if recorded.frozen else "a draft"
        edited = sha256(self._bytes()) != recorded.file.bytes
        return answer._replace(what=f"migration, {state}", note="it was edited since it was generated" if edited else self._note())

    def _called(self, known: Iterable[Name], words: Sequence[str]) -> list[Name]:
        return [name for name in known if name.name in words]

    def _declaration(self, names: Names) -> Answer | None:
        declared = [index for index in names.source() if index.at and index.at.begin.line == self.line and self._is_here(index.at.path)]
        about = [Name(index.schema, index.name) for index in declared]
        return self._said("declaration", names, about, []) if about else None

    def _is_here(self, path: str) -> bool:
        return (self.display / path).resolve() == self.root / self.relative

    def _of_lock(self, names: Names) -> Answer:
        word, _, rest = self.words.partition(" ")
        about: list[Name] = []
        try:
            if word == "file":
                path, _ = json.JSONDecoder().raw_decode(rest)
                about = names.of_path(path)
            elif word in ("operation", "declaration"):
                _, at = json.JSONDecoder().raw_decode(rest)
                about = in_record(json.loads(rest[at:]))
        except (ValueError, KeyError, TypeError):
            pass  # a line of a merge conflict: it is of the whole file
        return self._said("lock", names, about, of_database(names.database))

    def _said(self, what: str, names: Names, about: Sequence[Name], general: Iterable[Origin], file: str = "") -> Answer:
        """The answer for the names that a line is about; where it is about none, for the whole file."""
        if not about:
            return Answer(self.path, self.line, what, True, distinct(self._of_header(general)), (), self._note())
        origins: list[Origin] = []
        gone: dict[str, Gone] = {}
        for name in about:
            asked, final = names.asked(name)
            origins += asked
            if not asked:
                gone[str(final)] = Gone(f"index `{final}`", _commit(self.root, file) if file else "")
        return Answer(self.path, self.line, what, False, distinct(origins), tuple(gone[name] for name in sorted(gone)), self._note())

    def _of_header(self, general: Iterable[Origin]) -> list[Origin]:
        """Of a line that names spec files, what those ask for."""
        found = list(general)
        named = [origin for origin in found if _relative(origin.span.path, self.display, self.root) in self.words]
        return named or found

    # Artifacts and their lock

    def _of_environment(self, folder: str, project: Project) -> Answer | None:
        lock = self.root / folder / artifact_lock.NAME
        if not lock.is_file():
            return None
        text = lock.read_text("utf-8", errors="replace")
        routes = artifact_lock.routes(text)
        if self.relative == f"{folder}/{artifact_lock.NAME}":
            wanted = _routes_in(self.words, routes)
            general = not wanted
            wanted = wanted or [route for of_file in routes.values() for _, _, route in of_file]
            return self._routed("lock", project, wanted, general)
        name = self.relative.removeprefix(f"{folder}/")
        record = artifact_lock.read(text).get(name)
        if record is None or name == self.relative:
            return None
        wanted, general = _routes_at(routes.get(name, []), self.line)
        answer = self._routed("artifact", project, wanted, general)
        edited = sha256(self._bytes()) != record.bytes
        return answer._replace(note="it was edited since it was generated: lines may have moved") if edited else answer

    def _routed(self, what: str, project: Project, routes: Sequence[str], general: bool) -> Answer:
        origins: list[Origin] = []
        gone = []
        for route in dict.fromkeys(routes):
            found = of_route(project, route)
            origins += found
            gone += [] if found else [Gone(f"`{route}`")]
        return Answer(self.path, self.line, what, general, distinct(origins), tuple(gone), self._note())

    # How it differs from what would be generated now

    def _note(self) -> str:
        try:
            compiled = compile_project(self.opened, self.display, Options(check=True))
        except UsageError:
            return ""
        change = next((change for change in compiled.changes if change.path == self.relative), None)
        return f"it is {change.state}: {change.why}; run `broxspec compile`" if change is not None and change.state != "fresh" else ""

    def _bytes(self) -> bytes:
        return (self.root / self.relative).read_bytes()


def _recorded(history: History, migrations: str, generated: str, relative: str) -> _Recorded | None:
    for lock, frozen in ((history.frozen, True), (history.drafts, False)):
        for file in lock.files:
            folder = generated if file.role == "repair" else migrations
            if f"{folder}/{file.path}".removeprefix("./") == relative:
                return _Recorded(file, frozen)
    return None


def _routes_in(words: str, routes: "dict[str, list[tuple[int, int, str]]]") -> list[str]:
    """The routes that a line of the artifact lock is about."""
    word, _, rest = words.partition(" ")
    decoder = json.JSONDecoder()
    try:
        path, at = decoder.raw_decode(rest)
        if word == "route":
            _, second = decoder.raw_decode(rest, at + 1)
            return [decoder.raw_decode(rest, second + 1)[0]]
        return [route for _, _, route in routes.get(path, [])] if word == "artifact" else []
    except (ValueError, TypeError):
        return []


def _routes_at(routes: Sequence[tuple[int, int, str]], line: int) -> tuple[list[str], bool]:
    """The routes of a line. One between two parts is a heading of those that follow, up to the next such line."""
    here = [route for first, last, route in routes if first <= line <= last]
    if here:
        return here, False
    following: list[str] = []
    end = None
    for first, last, route in sorted(routes):
        if first > line and (end is None or first == end + 1):
            following.append(route)
            end = last
        elif end is not None:
            break
    return following or [route for _, _, route in routes], True


def _commit(root: Path, path: str) -> str:
    """The commit that brought a file, in one line; empty where git does not know."""
    try:
        done = git(root, "log", "-1", "--diff-filter=A", "--format=%h %as %s", "--", f":(literal){path}")
    except OSError:
        return ""
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""


def _relative(path: str, display: Path, root: Path) -> str:
    place = (display / path).resolve()
    return place.relative_to(root).as_posix() if place.is_relative_to(root) else path
