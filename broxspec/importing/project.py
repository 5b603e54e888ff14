"""Project: the settings and the `kind: database` document of a project that begins with an import."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from broxspec import runners
from broxspec.importing.layout import Layout
from broxspec.quoting.yaml import comment, scalar

CONFIG = """\
# broxspec reads every spec under specs/ and writes what it compiles to generated/ and to the migrations folder.
specs = ["specs"]
generated = "generated"
"""
_UNSAFE = re.compile(r"[/\\:\x00-\x1f]")


class Beginning(NamedTuple):
    """What a new `kind: database` document says. `schema` are paths relative to the project's root, or one URL."""

    name: str
    version: str
    schema: tuple[str, ...]
    layout: Layout


def database_text(beginning: Beginning) -> str:
    """The document."""
    name, version, schema, layout = beginning
    known = runners.available()
    runner = layout.runner if layout.runner.partition(" ")[0] in known else "psql"
    lines = ["kind: database", f"name: {scalar(name)}"]
    lines.append(f"server_version: {version if version.isdigit() else scalar(version)}")
    if any("://" in path for path in schema):
        lines.append("# No password in here: PGPASSWORD, ~/.pgpass or a service (PGSERVICE) gives it.")
    lines.append(f"schema: {scalar(schema[0])}" if len(schema) == 1 else f"schema: [{', '.join(scalar(path, flow=True) for path in schema)}]")
    if runner != layout.runner:
        lines.append(comment(f"the folder is laid out for {layout.runner}, which this broxspec does not know"))
    lines.append(f"runner: {runner}")
    if layout.migrations:
        lines.append(f"migrations: {scalar(layout.migrations)}")
    else:
        lines.append("# migrations: the folder in which broxspec writes migrations, relative to broxspec.toml")
    return "".join(f"{line}\n" for line in lines)


def database_name(schema: Sequence[str], root: Path) -> str:
    """A name for the database: as the URL calls it, else the project's folder."""
    url = next((path for path in schema if "://" in path), None)
    name = unquote(urlsplit(url).path.strip("/")) if url else root.resolve().name
    name = _UNSAFE.sub("_", name).lstrip(".")[:63].strip()
    return name if name else "app"
