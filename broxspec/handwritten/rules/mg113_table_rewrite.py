from collections.abc import Iterator

from broxspec.handwritten.change import AddColumn, AlterType, Change, Rewrite
from broxspec.handwritten.words import matters, subject
from broxspec.project import Context
from broxspec.rule import Finding, rule
from broxspec.sql.typename import shown


@rule("MG113", severity="warning", about="change")
def table_rewrite(change: Change, context: Context) -> Iterator[Finding]:
    """A statement writes the whole table anew, with all its indexes, while every read and write waits.

    It needs as much free disk as the table has, too. Some changes of a type do not: a longer `varchar`, `varchar` to `text`, more digits of a `numeric` at the
    same scale, `timestamp` to `timestamptz` in a session whose time zone is UTC. Nor does a new column with a constant default, or one that is `now()`.

    ## When it is fine
    The table is small, or the service is down anyway.

    ## Example
    ```sql schema
    CREATE TABLE orders (id int PRIMARY KEY, code varchar(10));
    ```
    ```sql bad
    ALTER TABLE orders ALTER COLUMN id TYPE bigint;
    --                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    ## Instead
    Add a column of the new type, fill it in batches, and exchange the two. This one writes nothing:
    ```sql good
    ALTER TABLE orders ALTER COLUMN code TYPE varchar(20);
    ```
    """
    effect, table = change.effect, change.table
    if table is None or table.kind in ("foreign", "matview") or table.kind == "partitioned" and not table.partitions or not matters(change, context):
        return
    if isinstance(effect, AlterType) and effect.rewrites:
        message = f"changing `{effect.column}` from {shown(effect.before)} to {shown(effect.after)} rewrites `{table.name}`: {effect.rewrites}"
        help = "add a column of the new type, fill it in batches, and exchange the two"
        column = effect.column
    elif isinstance(effect, AddColumn) and effect.rewrites:
        message, help = f"adding `{effect.column}` rewrites `{table.name}`: {effect.rewrites}", _instead(effect.rewrites, context.major)
        column = effect.column
    elif isinstance(effect, Rewrite):
        message, column = f"{effect.what} rewrites `{table.name}`", ""
        help = {"CLUSTER": "use pg_repack", "VACUUM FULL": "use pg_repack, or plain VACUUM"}.get(effect.what, "choose a quiet hour, and set a lock_timeout")
    else:
        return
    yield Finding(
        change.at,
        message,
        note="ACCESS EXCLUSIVE lock",
        help=help,
        fine="the table is small",
        subject=subject(change, **({"column": column} if column else {})),
    )


def _instead(why: str, major: int) -> str:
    """How a column comes to be there without writing the table in one go."""
    if why.startswith("a stored generated"):
        virtual = "make it VIRTUAL, or " if major >= 18 else ""
        return f"{virtual}add a plain column that a trigger keeps, and fill the old rows in batches"
    if why.startswith("a serial"):
        return "add a plain integer column, SET DEFAULT nextval of a new sequence, and fill the old rows in batches"
    if why.startswith("an identity"):
        return "add a plain integer column with nextval of a new sequence as SET DEFAULT, fill the old rows in batches, then make it an identity"
    if "volatile" in why:
        return "ADD COLUMN without the default, SET DEFAULT in a statement of its own, and fill the old rows in batches"
    return "add it with the domain's base type, and its rules as a check NOT VALID"
