"""Specs: the files that an import writes, for a new project or into one that is there."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from broxspec import pipeline
from broxspec.catalog.model import Catalog, Name
from broxspec.compare import Change, Output
from broxspec.config import FILE, Config, find_config, read_config
from broxspec.diagnostic import Diagnostic
from broxspec.importing.document import CONSTRAINT, ELSEWHERE, Document, Left, document
from broxspec.importing.file_names import file_names
from broxspec.importing.layout import dumped_version, layout
from broxspec.importing.project import CONFIG, Beginning, database_name, database_text
from broxspec.lint import of_catalog, of_project
from broxspec.migrations.state import same
from broxspec.plan import qualified
from broxspec.source import Source
from broxspec.specs.documents import spec_files
from broxspec.usage import UsageError

if TYPE_CHECKING:
    from broxspec.load import Loaded

# Rules that say what is wrong with an index or a foreign key of a schema; those from 200 on are about specs.
_ABOUT_INDEXES = "IX1"


class Imported(NamedTuple):
    """What an import writes and has to say. `texts` are by path relative to the root. `there` are the tables that have documents
    already; `lacking` counts the foreign keys that lack an index; `trouble` are findings about what was read."""

    root: Path
    database: str
    texts: Mapping[str, str]
    documents: tuple[Document, ...]
    there: tuple[Name, ...]
    left: tuple[Left, ...]
    lacking: int
    trouble: tuple[Diagnostic, ...]
    begun: bool

    @property
    def changes(self) -> list[Change]:
        return [Change(Output(path, text, None, "artifact"), "new", None) for path, text in sorted(self.texts.items())]


class _Target(NamedTuple):
    """Where specs go and what they are of. `exists` is what the schema source of the database has: other indexes can't be wanted
    without changing it, and None says that it is the catalog itself."""

    config: Config
    name: str
    several: bool
    catalog: Catalog
    major: int
    exists: Catalog | None
    documented: frozenset[Name]
    texts: Mapping[str, str]
    trouble: tuple[Diagnostic, ...]


def import_specs(schema: Sequence[str], folder: Path, name: str | None = None, major: int | None = None) -> Imported:
    """The specs for a schema's indexes. In a project that is there without a schema, of its database's own source.

    UsageError where nothing can be read, and where a file stands in the way; nothing is written here.
    """
    config = _config(folder)
    target = _new(schema, folder, name, major) if config is None else _into(config, schema, folder, name, major)
    documents, left, there, lacking = _documents(target)
    paths = _paths(target, documents)
    texts = {**target.texts, **{path: made.text for path, made in paths.items()}}
    if in_the_way := [path for path in sorted(texts) if os.path.lexists(target.config.root / path)]:
        listed = ", ".join(f"`{path}`" for path in in_the_way[:8]) + (" …" if len(in_the_way) > 8 else "")
        verb, it = ("is", "it") if len(in_the_way) == 1 else ("are", "them")
        raise UsageError(f"{listed} {verb} already there, and not overwritten: nothing was written", f"move {it} away, and take back by hand what is still wanted")
    paths = _agreeing(target, paths)
    texts |= {path: made.text for path, made in paths.items()}
    return Imported(target.config.root, target.name, texts, tuple(paths.values()), there, left, lacking, target.trouble, config is None)


# Where to


def _config(folder: Path) -> Config | None:
    """The project that the folder belongs to; None where there is none yet."""
    path = find_config(folder)
    if path is not None:
        config, found = read_config(path, folder)
        if config is None or any(one.severity == "error" for one in found):
            raise UsageError(f"`{FILE}` has errors", "mend them first", found)
        if config.members and config.root == folder.resolve():
            raise UsageError("this is a workspace of several projects", "run it in the folder of one of them")
        return config
    config = Config(folder.resolve())
    return config if spec_files(config) else None


def _new(schema: Sequence[str], folder: Path, name: str | None, major: int | None) -> _Target:
    if not schema:
        raise UsageError("there is no project here, and no schema was named", "name a .sql file, a folder of migrations, a .prisma file or a postgresql:// URL")
    root = folder.resolve()
    read, paths, version = _read(schema, folder, root, major)
    name = name or database_name(paths, root)
    text = database_text(Beginning(name, version, paths, layout(root, paths)))
    texts = {FILE: CONFIG, f"specs/database/{_file(name)}.yaml": text}
    return _Target(Config(root), name, False, read.catalog, read.major, None, frozenset(), texts, read.diagnostics)


def _read(schema: Sequence[str], folder: Path, root: Path, major: int | None) -> tuple[pipeline.Schema, tuple[str, ...], str]:
    """A schema, its paths as a project names them, and the server's version."""
    version = "" if major else dumped_version(folder / path for path in schema if not pipeline.is_url(path))
    told = int(version.partition(".")[0]) if version else None
    if told is not None and not 13 <= told <= 18:
        version, told = "", None
    read = pipeline.read(schema, folder, major or told)
    paths = tuple(path if pipeline.is_url(path) else _below(folder / path, root) for path in schema)
    return read, paths, version or str(read.major)


def _below(path: Path, root: Path) -> str:
    return Path(os.path.relpath(path.resolve(), root)).as_posix()


def _into(config: Config, schema: Sequence[str], folder: Path, name: str | None, major: int | None) -> _Target:
    from broxspec.load import load

    loaded, found = load(config, display=folder)
    wrong = [one for one in found if one.severity == "error"]
    if wrong:
        raise UsageError("the specs that are there have errors", "mend them first: what they say can't be told for certain", wrong)
    names = tuple(loaded.states)
    if not names:
        target = _new(schema, folder, name, major)
        texts = {f"{_specs(config)}/database/{_file(target.name)}.yaml": text for path, text in target.texts.items() if path != FILE}
        texts |= {} if find_config(folder) else {FILE: CONFIG}
        return target._replace(config=config, texts=texts)
    chosen = _choose(names, name)
    state, spec = loaded.states[chosen], _spec(loaded, chosen)
    documented = frozenset(Name(*identity[1:]) for kind, identity in loaded.specs.bases if kind == "indexes" and identity[0] == chosen)
    target = _Target(config, chosen, len(names) > 1, state.current, spec.major, None, documented, {}, tuple(found))
    if schema:
        read, _, _ = _read(schema, folder, config.root, major)
        target = target._replace(catalog=read.catalog, exists=state.current, trouble=(*found, *read.diagnostics))
    return target


def _spec(loaded: "Loaded", name: str):  # noqa: ANN202
    from broxspec.kinds.database.model import read

    return read(loaded.specs.bases["database", (name,)])[0]


def _choose(names: tuple[str, ...], name: str | None) -> str:
    from broxspec.suggest import did_you_mean, listed

    if name is None and len(names) == 1:
        return names[0]
    if name is None:
        raise UsageError(f"the project has {len(names)} databases", f"say which by `--database`: {listed(names)}")
    if name not in names:
        raise UsageError(f"no `kind: database` document is called `{name}`", did_you_mean(name, names) or f"the project has {listed(names, 'and')}")
    return name


def _specs(config: Config) -> str:
    """The folder of specs: the first that is one."""
    return next((path.rstrip("/") for path in config.specs if not path.endswith((".yaml", ".yml"))), "specs")


def _file(name: str) -> str:
    return file_names([Name("public", name)])[Name("public", name)]


def _paths(target: _Target, documents: Sequence[Document]) -> dict[str, Document]:
    names = file_names(made.table.qualified for made in documents)
    folder = f"{_specs(target.config)}/indexes" + (f"/{_file(target.name)}" if target.several else "")
    return {f"{folder}/{names[made.table.qualified]}.yaml": made for made in documents}


# What


def _documents(target: _Target) -> tuple[list[Document], tuple[Left, ...], tuple[Name, ...], int]:
    """The documents of the tables that have none, what is left out, the tables that have one, and how many foreign keys lack an index."""
    found = of_catalog(target.catalog, target.major)
    about: dict[Name, list[Diagnostic]] = {}
    for one in found:
        if one.code.startswith(_ABOUT_INDEXES) and "table" in one.subject:
            about.setdefault(Name(one.subject["schema"], one.subject["table"]), []).append(one)
    lacking = sum(one.code in ("IX101", "IX110") for one in found)
    documents, left, there = [], [], []
    for name in sorted(target.catalog.tables):
        table = target.catalog.tables[name]
        if not table.indexes:
            continue
        if name in target.documented:
            there.append(name)
            continue
        made = document(table, target.catalog, target.major, target.name if target.several else "", about.get(name, ()))
        made = _existing(made, target.exists)
        left += made.left
        documents += [made] if made.items else []
    return documents, tuple(one for one in left if one.why != CONSTRAINT), tuple(there), lacking


def _existing(made: Document, exists: Catalog | None) -> Document:
    """Without what the database's own schema source does not have so: wanting it would be a change."""
    if exists is None:
        return made
    table = exists.table(made.table.qualified)
    known = {index.name: index for index in table.indexes} if table else {}
    kept = tuple(index for index in made.items if index.name in known and same(known[index.name], index))
    others = tuple(Left(index, ELSEWHERE) for index in made.items if index not in kept)
    return made._replace(items=kept, left=(*made.left, *others))


def _agreeing(target: _Target, paths: Mapping[str, Document]) -> dict[str, Document]:
    """The documents with comments that ignore what rules about specs say of indexes as they are; what can't be ignored is left out."""
    from broxspec.load import load, project

    config = target.config
    sources = {path: Source(path, made.text) for path, made in paths.items()}
    files = [(path, None) for path in spec_files(config)]
    files += [(config.root / path, Source(path, text)) for path, text in target.texts.items() if path != FILE]
    loaded, found = load(config, files=[*files, *((config.root / path, source) for path, source in sources.items())], display=config.root)
    for environment in loaded.environments:
        one, wrong = project(loaded, environment)
        found += [*wrong, *of_project(one)]
    told: dict[str, dict[str | None, set[str]]] = {}
    for one in found:
        source = sources.get(one.span.path)
        if source is not None and one.span.source is source and not one.code.startswith(_ABOUT_INDEXES):
            index = paths[one.span.path].item_at(one.span.begin.line)
            told.setdefault(one.span.path, {}).setdefault(index.name if index else None, set()).add(one.code)
    ignores = {path: {name: tuple(sorted(codes)) for name, codes in by_name.items()} for path, by_name in told.items()}
    return {path: made._replace(ignores=ignores.get(path, {})) for path, made in paths.items()}


def counted(left: Iterable[Left]) -> Mapping[str, int]:
    """How many indexes stay out for each reason."""
    counts: dict[str, int] = {}
    for one in left:
        counts[one.why] = counts.get(one.why, 0) + 1
    return counts
