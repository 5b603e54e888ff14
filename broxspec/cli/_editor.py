"""What an editor needs to check and complete specs: the JSON Schemas beside the project, and which file each is for."""

import json
from collections.abc import Mapping
from pathlib import Path

from broxspec.assets import ROOT
from broxspec import kinds as folders
from broxspec.usage import UsageError

# Committed with the project, so that every editor finds them, whatever is installed where.
FOLDER = ".broxspec/schemas"
SETTINGS = ".vscode/settings.json"


def names() -> list[str]:
    """Everything that has a schema: the kinds, and `config` for broxspec.toml."""
    return sorted(path.name.removesuffix(".schema.json") for path in (ROOT / "schemas").glob("*.schema.json"))


def kinds() -> list[str]:
    """The kinds that have a schema, sorted."""
    known = folders.names()
    return [name for name in names() if name in known]


def schemas() -> dict[str, str]:
    """The text of every schema by its path in a project."""
    files = sorted((ROOT / "schemas").glob("*.json"))
    return {f"{FOLDER}/{path.name}": path.read_text("utf-8") for path in files}


def modeline(kind: str, depth: int = 2) -> str:
    """The comment that tells an editor the schema of a spec that lies `depth` folders below the project."""
    return f"# yaml-language-server: $schema={'../' * depth}{FOLDER}/{kind}.schema.json"


def mapping() -> dict[str, str]:
    """Which specs each schema is for, as editors write it."""
    return {f"{FOLDER}/{kind}.schema.json": f"specs/{kind}/**/*.yaml" for kind in kinds()}


def settings(existing: str = "") -> str:
    """The editor's settings with our mapping in place; everything else in them stays."""
    try:
        read = json.loads(existing) if existing.strip() else {}
    except json.JSONDecodeError:
        read = None
    if not isinstance(read, dict):
        # Settings may hold comments, which rewriting would lose.
        raise UsageError(f"`{SETTINGS}` is not plain JSON", f'add by hand: "yaml.schemas": {json.dumps(mapping())}')
    others = read.get("yaml.schemas")
    kept = {name: files for name, files in others.items() if not name.startswith(FOLDER)} if isinstance(others, Mapping) else {}
    return json.dumps({**read, "yaml.schemas": {**kept, **mapping()}}, indent=2, ensure_ascii=False) + "\n"


def install(folder: Path) -> list[str]:
    """Write schemas and settings into a project; the paths that changed."""
    path = folder / SETTINGS
    wanted = {**schemas(), SETTINGS: settings(path.read_text("utf-8") if path.exists() else "")}
    changed = [name for name, text in wanted.items() if not (folder / name).exists() or (folder / name).read_text("utf-8") != text]
    for name in changed:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(wanted[name], encoding="utf-8", newline="\n")
    return changed
