"""Faults of the spec files: what is wrong with a text, a value, a setting or how documents fit together (SP001 to SP299)."""

from broxspec.faults import Fault

UNREADABLE = Fault(
    "SP001",
    "unreadable-file",
    "error",
    """A file can't be read.

It is not there, is a folder, or its permissions forbid it. What it holds was not checked.
""",
)
NOT_UTF8 = Fault(
    "SP002",
    "not-utf8",
    "error",
    """A file is not UTF-8.

Specs are UTF-8 text, as YAML, Git and editors assume. The place is the first byte that does not fit.
""",
)
BYTE_ORDER_MARK = Fault(
    "SP003",
    "byte-order-mark",
    "warning",
    """A file begins with a byte order mark.

It is read, but other tools take the mark for a part of the first key.
""",
)
CONTROL_CHARACTER = Fault(
    "SP004",
    "control-character",
    "error",
    """A file holds a character that YAML forbids.

NUL, other control characters and invisible marks in the middle of a text; mostly an accident of copying.
""",
)
TOO_LARGE = Fault(
    "SP005",
    "file-too-large",
    "error",
    """A spec file is too large.

A file of specs has thousands of characters, not millions; this one is something else, or wants to be several files.
""",
)
SYNTAX = Fault(
    "SP006",
    "yaml-syntax",
    "error",
    """A file is not YAML.

The document up to the next `---` was not read; the others were.
""",
)
TAB = Fault(
    "SP007",
    "tab-indentation",
    "error",
    """A tab is used for indentation.

YAML indents with spaces alone, because a tab has no width that all would agree on.
""",
)
DUPLICATE_KEY = Fault(
    "SP008",
    "duplicate-key",
    "error",
    """A key is written twice in one mapping.

YAML forbids it, and readers differ in which of the two they take. The first is used until one is removed.
""",
)
KEY_NOT_TEXT = Fault(
    "SP009",
    "key-not-text",
    "error",
    """A key is a number, a boolean, empty or a collection.

Keys of specs are text. A name such as `404` or `true` needs quotes.
""",
)
MERGE_KEY = Fault(
    "SP010",
    "merge-key",
    "error",
    """`<<` is used to merge mappings.

Merge keys belong to YAML 1.1 and were dropped in 1.2. Anchors and aliases (`&x`, `*x`) work; what differs by environment belongs in an overlay.
""",
)
TAG = Fault(
    "SP011",
    "yaml-tag",
    "error",
    """A YAML tag is used.

Tags such as `!!str` or `!secret` have no meaning in specs: the schema says what type a value has.
""",
)
ALIAS_EXPANSION = Fault(
    "SP012",
    "alias-expansion",
    "error",
    """Aliases repeat too much.

A few lines of nested aliases can stand for billions of values. A spec has no need for more than some thousand.
""",
)
UNKNOWN_ALIAS = Fault(
    "SP013",
    "unknown-alias",
    "error",
    """An alias has no anchor before it.

`*x` repeats what `&x` marked earlier in the same document. A text that begins with `*` needs quotes.
""",
)
TOO_DEEP = Fault(
    "SP014",
    "too-deep",
    "error",
    """A value is nested too deep.

No spec needs a hundred levels; brackets are probably missing or doubled.
""",
)
NOT_A_MAPPING = Fault(
    "SP015",
    "not-a-mapping",
    "error",
    """A document is a list or a single value.

A spec is a mapping that begins with `kind:`.
""",
)
MISSING_KIND = Fault(
    "SP020",
    "missing-kind",
    "error",
    """A document does not say its `kind`.

`kind:` decides by which schema a document is read.
""",
)
UNKNOWN_KIND = Fault(
    "SP021",
    "unknown-kind",
    "error",
    """A document's `kind` is unknown.

`broxspec schema` lists the kinds.
""",
)
UNKNOWN_FIELD = Fault(
    "SP022",
    "unknown-field",
    "error",
    """A field is not in the schema of its kind.

Unknown fields are never passed over: a misspelt one would change nothing, in silence.
""",
)
MISSING_FIELD = Fault(
    "SP023",
    "missing-field",
    "error",
    """A required field is missing.

The schema of the kind asks for it.
""",
)
WRONG_TYPE = Fault(
    "SP024",
    "wrong-type",
    "error",
    """A value has another type than its field takes.

For example a list where text is meant, or text where a number is.
""",
)
UNKNOWN_VALUE = Fault(
    "SP025",
    "unknown-value",
    "error",
    """A value is none of those that its field knows.

The message lists them.
""",
)
BAD_VALUE = Fault(
    "SP026",
    "bad-value",
    "error",
    """A value does not fit its field.

It has the right type but not the right form or size.
""",
)
DUPLICATE_ITEM = Fault(
    "SP027",
    "duplicate-item",
    "error",
    """A list names the same thing twice.

Both places are shown.
""",
)
TOML_SYNTAX = Fault(
    "SP040",
    "config-syntax",
    "error",
    """`broxspec.toml` is not TOML.

Nothing of it was used.
""",
)
CONFIG_VALUE = Fault(
    "SP043",
    "config-bad-value",
    "error",
    """A setting has a value that it does not know.

The message says which it knows.
""",
)
CONFIG_EXTENDS = Fault(
    "SP044",
    "config-extends",
    "error",
    """`extends` leads to nothing, or round in a circle.

`extends` is the path of another TOML file, relative to the one that it stands in.
""",
)
CONFIG_MEMBERS = Fault(
    "SP045",
    "config-members",
    "warning",
    """A pattern of workspace members matches no folder.

`members` are patterns of folders, each with its own `broxspec.toml`.
""",
)
IGNORE_REASON = Fault(
    "SP101",
    "ignore-without-reason",
    "error",
    """An ignore comment gives no reason.

Who reads it in a year wants to know why: `# broxspec: ignore[IX104] the archive is never searched`. The finding is shown until there is a reason. In SQL a comment
begins with `--`, in a Prisma schema with `//`.
""",
)
IGNORE_UNKNOWN = Fault(
    "SP102",
    "ignore-unknown-rule",
    "error",
    """An ignore names a rule that does not exist.

A comment, or an `[[ignore]]` of `broxspec.toml`. The name is misspelt or of another version; it ignores nothing.
""",
)
IGNORE_UNUSED = Fault(
    "SP103",
    "unused-ignore",
    "warning",
    """An ignore ignores nothing.

What it was written for was mended, or it is at the wrong place: a comment speaks of the entry (in SQL of the statement, in a Prisma schema of the field, attribute
or block) on its line, or else of the next one; an `[[ignore]]` of `broxspec.toml` of an object by the name that the finding calls it.
""",
)
IGNORE_FORM = Fault(
    "SP104",
    "malformed-ignore",
    "error",
    """A comment begins with `broxspec:` and is no ignore.

The form is `# broxspec: ignore[CODE] reason`; several codes have commas between them. Ignoring everything is not possible.
""",
)
BASELINE_STALE = Fault(
    "SP105",
    "stale-baseline",
    "warning",
    """The baseline holds findings that are gone.

What was mended may come back unseen while the baseline still allows for it. `broxspec baseline` takes out what is gone; it never adds anything.
""",
)
BASELINE_UNREADABLE = Fault(
    "SP106",
    "unreadable-baseline",
    "error",
    """A line of the baseline can't be read.

A baseline is written by `broxspec baseline`: one line of JSON for each finding. What is in the other lines still counts. After a merge conflict keep the lines that both sides
have, or begin anew with `broxspec baseline --restart`.
""",
)
OVERLAY_WITHOUT_BASE = Fault(
    "SP120",
    "overlay-without-base",
    "error",
    """An overlay changes an object that is not there.

A document with `environment:` holds what differs from the document of the same kind and name without it.
""",
)
UNKNOWN_ENVIRONMENT = Fault(
    "SP121",
    "unknown-environment",
    "error",
    """An overlay names an environment that the database does not list.

`environments:` of `kind: database` lists them all, so that a misspelt one can't be passed over.
""",
)
DIFFERS_BY_ENVIRONMENT = Fault(
    "SP122",
    "differs-by-environment",
    "error",
    """An object differs by environment that can't.

Migrations are written once for all environments, so what they make is the same in all.
""",
)
DUPLICATE_OBJECT = Fault(
    "SP123",
    "duplicate-object",
    "error",
    """Two documents describe the same object.

The first one is used until one is removed.
""",
)
NO_DATABASE = Fault(
    "SP124",
    "no-database",
    "error",
    """No `kind: database` document says which database the specs are about.

It names the database, its version and its schema.
""",
)
DATABASE_REQUIRED = Fault(
    "SP125",
    "database-required",
    "error",
    """A document does not say which database it is about.

`database:` may be left out only in a project with a single one.
""",
)
UNKNOWN_DATABASE = Fault(
    "SP126",
    "unknown-database",
    "error",
    """A document names a database that no `kind: database` document describes.

The message lists those that there are.
""",
)
DUPLICATE_INDEX = Fault(
    "SP127",
    "duplicate-index-name",
    "error",
    """Two specs describe indexes of one name.

An index is identified by its `name:`, or else by the one derived from table, columns and condition.
""",
)
OVERLAY_NOTHING = Fault(
    "SP128",
    "overlay-removes-nothing",
    "warning",
    """An overlay removes something that is not there.

`null` removes a field or a named item of the base; here there is none.
""",
)
SQL_SYNTAX = Fault(
    "SP140",
    "fragment-syntax",
    "error",
    """An SQL expression or condition is not valid SQL.

PostgreSQL's own parser refused it; the place is the parser's, inside of the YAML value.
""",
)
KEY_FORM = Fault(
    "SP142",
    "index-key-form",
    "error",
    """A key of an index can't be read.

A key is a column, optionally with `asc` or `desc` and `nulls first` or `nulls last`; an expression has parentheses; all else has the full form `{column: title, opclass: gin_trgm_ops}`.
""",
)
UNIT = Fault(
    "SP150",
    "bad-unit",
    "error",
    """A quantity can't be read.

Durations (`90s`, `15min`, `6h`, `7d`), sizes (`512MB`, `32GB`), percentages (`80%`) and rates (`5/s`) have one form everywhere; a bare number is none of them.
""",
)
VERSION = Fault(
    "SP151",
    "bad-version",
    "error",
    """A version can't be read.

PostgreSQL's is its major, or major and minor: `15`, `15.7`.
""",
)
SCHEMA_PATH = Fault(
    "SP170",
    "schema-not-found",
    "error",
    """A schema source is not there.

`schema:` is a path relative to the folder of `broxspec.toml`: an SQL file, a folder of migrations, a Prisma file or folder.
""",
)
SCHEMA_FORM = Fault(
    "SP171",
    "schema-unknown-form",
    "error",
    """A schema source is of no known form.

`.sql` files, folders of SQL migrations, `.prisma` files and folders, and `postgresql://` URLs are read.
""",
)

FAULTS = tuple(sorted(value for value in globals().values() if isinstance(value, Fault)))
