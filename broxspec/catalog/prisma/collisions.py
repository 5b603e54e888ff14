"""Names that meet. Prisma rejects them, so that nothing is lost in the database."""

from collections.abc import Iterator, Mapping, Sequence

from broxspec.catalog.model import ForeignKey, Index
from broxspec.catalog.prisma.faults import COLLISION, DUPLICATE, finding
from broxspec.catalog.prisma.models import Model
from broxspec.diagnostic import Diagnostic, Label


def collisions(
    models: Mapping[str, Model], indexes: Mapping[str, Sequence[Index]], foreign_keys: Mapping[str, Sequence[ForeignKey]]
) -> Iterator[Diagnostic]:
    """Tables of one name; keys and indexes of one name in a schema; foreign keys of one name on a table."""
    tables: dict[tuple[str, str], Model] = {}
    taken: dict[tuple[str, str], Index] = {}
    for model in models.values():
        first = tables.setdefault((model.schema, model.table), model)
        if first is not model:
            labels = (Label(first.block.at, "the first one"),)
            yield finding(DUPLICATE, model.block.at, f"`{first.name}` and `{model.name}` are both table `{model.table}`", labels=labels)
        for index in indexes.get(model.name, ()):
            other = taken.setdefault((index.schema, index.name), index)
            if other is not index:
                yield _collision(index, other)
        yield from _of_constraints(indexes.get(model.name, ()), foreign_keys.get(model.name, ()))


def _of_constraints(indexes: Sequence[Index], foreign_keys: Sequence[ForeignKey]) -> Iterator[Diagnostic]:
    taken: dict[str, Index | ForeignKey] = {index.name: index for index in indexes}
    for key in foreign_keys:
        other = taken.setdefault(key.name, key)
        if other is not key:
            yield _collision(key, other)


def _collision(one: Index | ForeignKey, other: Index | ForeignKey) -> Diagnostic:
    labels = (Label(other.at, "the other one"),) if other.at else ()
    return finding(
        COLLISION, one.at, f"two constraints or indexes are named `{one.name}`", labels=labels,
        help="give one of them another name with `map:`",
    )  # fmt: skip
