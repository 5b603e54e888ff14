"""What can be wrong with a Prisma schema: the codes SP4xx, each with its page."""

from broxspec.catalog.faults import Fault
from broxspec.diagnostic import Diagnostic, Label
from broxspec.source import Span


SYNTAX = Fault(
    "SP401",
    "prisma-syntax",
    "error",
    "A line that Prisma's grammar has no place for. It is left out; the rest of the schema is read. Attributes and their "
    "arguments must stand on one line, a block ends with `}` on its own line, and the brace that opens one ends its line.",
)
UNKNOWN_ATTRIBUTE = Fault(
    "SP402",
    "prisma-unknown-attribute",
    "error",
    "An attribute or argument that Prisma does not have, or not at this place. It is left out.",
)
UNKNOWN_TYPE = Fault(
    "SP403",
    "prisma-unknown-type",
    "error",
    "A field's type is neither a scalar, nor an enum, nor a model of the schema. The field is left out.",
)
UNKNOWN_FIELD = Fault(
    "SP404",
    "prisma-unknown-field",
    "error",
    "An index, key or relation names a field that its model does not have as a column. The index or relation is left out.",
)
PROVIDER = Fault(
    "SP405",
    "prisma-provider",
    "error",
    "The datasource is not PostgreSQL (`postgresql`, `postgres` or `cockroachdb`), so its schema says nothing about one.",
)
DUPLICATE = Fault(
    "SP406",
    "prisma-duplicate-name",
    "error",
    "Two models, enums, fields or labels have one name, in the schema or in the database. The first one counts.",
)
COLLISION = Fault(
    "SP407",
    "prisma-constraint-collision",
    "error",
    "Two constraints or indexes get one name. Prisma makes names of table and columns and cuts them at 63 bytes, so different "
    "indexes can meet; give one of them another name with `map:`.",
)
RELATION = Fault(
    "SP408",
    "prisma-relation",
    "error",
    "A relation that Prisma does not accept: one side is missing, two sides could be meant, the numbers of fields differ, or "
    "the referenced fields are not unique. A foreign key is read where `fields` and `references` say which.",
)
NATIVE_TYPE = Fault(
    "SP409",
    "prisma-native-type",
    "error",
    "A `@db.…` type that PostgreSQL's connector does not have, that does not fit the field's type, or with wrong arguments.",
)
DEFAULT = Fault(
    "SP410",
    "prisma-default",
    "error",
    "A `@default` that does not fit its field. The column is read without a default.",
)
COMPOSITE = Fault(
    "SP411",
    "prisma-composite-type",
    "error",
    "Composite types (`type X { … }`) exist for MongoDB only; PostgreSQL has no column for them.",
)
IDENTITY = Fault(
    "SP412",
    "prisma-no-unique-criterion",
    "error",
    "A model needs `@id`, `@@id`, or a `@unique` or `@@unique` over required fields, and at most one `@id`.",
)
NAME = Fault(
    "SP413",
    "prisma-name-too-long",
    "error",
    "A name given with `map:` is longer than PostgreSQL's 63 bytes, or empty.",
)
INDEX = Fault(
    "SP414",
    "prisma-index",
    "error",
    "An index whose method, operator class, sort order or predicate Prisma does not accept for its fields.",
)
SCHEMA = Fault(
    "SP415",
    "prisma-schema",
    "error",
    "With `schemas` in the datasource, every model and enum says `@@schema`, and names one of them.",
)

FAULTS = (
    SYNTAX, UNKNOWN_ATTRIBUTE, UNKNOWN_TYPE, UNKNOWN_FIELD, PROVIDER, DUPLICATE, COLLISION, RELATION, NATIVE_TYPE,
    DEFAULT, COMPOSITE, IDENTITY, NAME, INDEX, SCHEMA,
)  # fmt: skip


def finding(
    fault: Fault, span: Span, message: str, *, note: str = "", help: str = "", labels: tuple[Label, ...] = ()
) -> Diagnostic:
    """A diagnostic of this kind at this place."""
    return Diagnostic(fault.code, fault.slug, fault.severity, message, span, note, labels, help)
