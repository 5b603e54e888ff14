"""How large an index gets and how long it takes to build, where the table's rows are known. Estimates, and called that.

Size of a btree: rows × (tuple + 4 bytes of line pointer), tuple = 8 bytes of header + the columns' widths, rounded up to 8; pages of
8192 bytes hold 8152, filled to 90 % when fresh (the lower figure) and to 70 % after a life of updates (the upper one); 1 % more for
inner pages. A partial index is given as if it held every row. See "B-Tree Indexes" in PostgreSQL's manual, and src/include/access/itup.h.

Time: rows by a rate, for ordinary servers with the table half in memory; a concurrent build reads the table twice.
"""

from typing import NamedTuple

from broxspec.catalog.model import Catalog, Index, Name, Type
from broxspec.kinds.indexes.width import declared_width

# Bytes assumed for a value whose type sets no bound, or a wide one.
TYPICAL = 24
_ENUM = 4
# Rows per second that a concurrent build gets through: slow and fast.
RATES = {
    "btree": (150_000, 1_000_000),
    "hash": (150_000, 800_000),
    "gin": (15_000, 150_000),
    "gist": (10_000, 100_000),
    "spgist": (20_000, 200_000),
    "brin": (1_000_000, 5_000_000),
}
_PAGE, _USABLE = 8192, 8152


class Estimate(NamedTuple):
    """Bytes and seconds, each from and to."""

    smallest: int
    largest: int
    fastest: float
    slowest: float


def estimate(index: Index, catalog: Catalog, rows: int) -> Estimate:
    slow, fast = RATES.get(index.method, RATES["btree"])
    smallest, largest = _sizes(index, catalog, rows)
    return Estimate(smallest, largest, rows / fast, rows / slow)


def _sizes(index: Index, catalog: Catalog, rows: int) -> tuple[int, int]:
    columns = [_width(catalog, index, key.column) for key in index.keys] + [_width(catalog, index, name) for name in index.include]
    if index.method == "brin":
        # One summary of both ends per 128 pages; a page holds some 60 rows.
        ranges = rows // (60 * 128) + 1
        return _pages(ranges * (2 * sum(columns) + 16), 0.9), _pages(ranges * (2 * sum(columns) + 16), 0.5)
    if index.method == "hash":
        return _pages(rows * 20, 0.75), _pages(rows * 20, 0.5)
    if index.method == "gin":
        # Six bytes a posting, compressed to two or so; a handful of entries a row.
        return _pages(rows * 6, 0.9), _pages(rows * 60, 0.7)
    entry = -(-(8 + sum(columns)) // 8) * 8 + 4
    fill = next((int(value) / 100 for name, value in index.storage if name == "fillfactor" and value.isdigit() and int(value)), 0.9)
    return int(_pages(rows * entry, fill) * 1.01), int(_pages(rows * entry, min(fill, 0.7)) * 1.01)


def _pages(content: int, fill: float) -> int:
    return (int(content / (_USABLE * fill)) + 2) * _PAGE


def _width(catalog: Catalog, index: Index, column: str | None) -> int:
    table = catalog.table(Name(index.schema, index.table))
    found = table.column(column) if table and column else None
    if found is None:
        return TYPICAL
    return _of_type(found.type, catalog)


def _of_type(type: Type, catalog: Catalog) -> int:
    if not type.dimensions and type.schema != "pg_catalog" and Name(type.schema or "public", type.name) in catalog.enums:
        return _ENUM
    width = declared_width(type)
    return TYPICAL if width is None else min(width, TYPICAL) if type.name in ("varchar", "bpchar") else width


def size(low: int, high: int) -> str:
    """`35–45 MB`, the unit that of the upper figure."""
    power = 0
    while high >= 1000 * 1024**power and power < 4:
        power += 1
    unit = ("bytes", "kB", "MB", "GB", "TB")[power]
    first, last = _short(low / 1024**power), _short(high / 1024**power)
    return f"{last} {unit}" if first == last else f"{first}–{last} {unit}"


def duration(low: float, high: float) -> str:
    """`2–10 s`, `1–7 min`; `less than 1 s`."""
    if high < 1:
        return "less than 1 s"
    unit, scale = ("s", 1) if high < 100 else ("min", 60) if high < 6000 else ("h", 3600)
    first, last = _short(low / scale), _short(high / scale)
    return f"{last} {unit}" if first == last else f"{first}–{last} {unit}"


def _short(value: float) -> str:
    """Two figures that count: an estimate has no more."""
    if value >= 10:
        return f"{round(value):d}"
    return f"{value:.1f}".removesuffix(".0")
