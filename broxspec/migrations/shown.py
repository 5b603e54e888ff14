"""What a schema source shows of an index: all of it, or what Prisma has words for."""

import re

from broxspec.catalog.model import Index
from broxspec.migrations.state import same
from broxspec.plan import table_of

MARK = "// broxspec"
_MARKED = re.compile(r"//\s*broxspec\s*$")


def alike(recorded: Index, shown: Index) -> bool:
    """Whether what the source shows is the recorded index, as far as this source can show it."""
    if shown.at is not None and shown.at.path.endswith(".prisma"):
        return _in_prisma(recorded, shown)
    return same(recorded, shown)


def _in_prisma(recorded: Index, shown: Index) -> bool:
    """Prisma has no words for NULLS, COLLATE, storage and expressions, and none for INCLUDE: there the columns are declared as keys,
    which Prisma takes for the same index. A predicate it knows only as a preview."""
    if table_of(recorded) != table_of(shown) or recorded.unique != shown.unique or recorded.method != shown.method:
        return False
    if shown.columns not in (recorded.columns, (*recorded.columns, *recorded.include)):
        return False
    if any(one.order != other.order for one, other in zip(recorded.keys, shown.keys, strict=False)):
        return False
    return shown.predicate is None or (recorded.predicate is not None and shown.predicate.normal == recorded.predicate.normal)


def marked(index: Index) -> bool:
    """Whether a Prisma schema declares the index on a line that broxspec has written."""
    at = index.at
    if at is None or not at.path.endswith(".prisma") or not at.has_place:
        return False
    return _MARKED.search(at.source.line(at.begin.line)) is not None
