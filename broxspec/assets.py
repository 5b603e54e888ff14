"""Where `schemas/` and `templates/` lie: inside an installed wheel, or at the root of a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent

# A wheel carries them as `_assets`. An editable install has the checkout itself, and there `_assets`
# must not exist: a copy made at install time would go stale with the first edit.
ROOT = _PACKAGE / "_assets" if (_PACKAGE / "_assets").is_dir() else _PACKAGE.parent


def schema_file(kind: str) -> Path:
    """The JSON Schema of a kind."""
    return ROOT / "schemas" / f"{kind}.schema.json"


def templates_folder() -> Path:
    """The folder that holds one folder of templates per kind."""
    return ROOT / "templates"
