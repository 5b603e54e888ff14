"""Which files state what a database has, instead of changing it: a schema that is kept in several files.

Nothing in `CREATE INDEX` tells the one from the other, so that it is told from names: runners number migrations, and people name the parts
of a schema after what is in them.
"""

import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from broxspec.handwritten.delivery import told
from broxspec.source import Source, shown

_PARTS = frozenset(
    "schema structure ddl tables table types enums domains extensions schemas sequences indexes indices index constraints keys foreign_keys "
    "fkeys fks primary_keys checks views materialized_views matviews functions procedures routines triggers policies rls rules partitions "
    "grants permissions privileges roles comments pre_data post_data data seed seeds".split()
)
# A timestamp is a migration's.
_NUMBERED = re.compile(r"^[0-9]{1,4}[-_. ]+")
_DIGIT = re.compile(r"[0-9]")


def parts_of_schema(sources: Sequence[Source], root: Path, folders: Sequence[str]) -> frozenset[str]:
    """The paths of the files that are parts of a schema: with no number, the name of a kind of object (`indexes.sql`); the first ones, where these are
    numbered and named so (`01_tables.sql`, `02_indexes.sql`); those of a folder without any numbers. `folders` are those that were named."""
    shown_as = [shown(root / folder, root) for folder in folders]
    planned = [folder for folder in shown_as if (root / folder / "sqitch.plan").is_file()]
    plain = [source for source in sources if not told(source, root / source.path) and not any(_below(source.path, folder) for folder in planned)]
    found = {source.path for source in plain if _part(source.path) == "plain"}
    for source in sources:
        if _part(source.path) != "numbered" or source not in plain:
            break
        found.add(source.path)
    for folder in shown_as:
        inside = [source for source in sources if _below(source.path, folder)]
        if all(source in plain and not _DIGIT.search(_name(source.path)) for source in inside):
            found |= {source.path for source in inside}
    return frozenset(found)


def _name(path: str) -> str:
    return PurePosixPath(path).name.removesuffix(".sql")


def _part(path: str) -> str:
    """`plain` or `numbered` where a file is named after a kind of object, else empty."""
    name = _name(path)
    bare = _NUMBERED.sub("", name)
    if bare.lower().replace("-", "_") not in _PARTS:
        return ""
    return "plain" if bare == name else "numbered"


def _below(path: str, folder: str) -> bool:
    return folder == "." or path.startswith(f"{folder}/")
