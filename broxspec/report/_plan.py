"""How a plan is shown: as text, and as JSON."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from broxspec.catalog.model import Index
from broxspec.kinds.indexes import emit
from broxspec.kinds.indexes.estimate import duration, size
from broxspec.kinds.indexes.locks import Lock
from broxspec.kinds.indexes.risk import Risk
from broxspec.plan import SYMBOLS, Operation, table_of
from broxspec.report import plural
from broxspec.report._cells import escape
from broxspec.report._document import dumps


class DatabasePlan(NamedTuple):
    """The operations of one database with their risks. `against` says, in words, what they are counted from."""

    name: str
    against: str
    operations: Sequence[tuple[Operation, Risk]]


class ArtifactChange(NamedTuple):
    """`symbol` is `+`, `~` or `-`."""

    symbol: str
    path: str


def text(plans: Sequence[DatabasePlan], artifacts: Sequence[ArtifactChange]) -> str:
    lines: list[str] = []
    for plan in plans:
        count = plural(len(plan.operations), "operation")
        lines += [f"{plan.name}: {count} against {plan.against}" if plan.operations else f"{plan.name}: nothing to do against {plan.against}"]
        for operation, risk in plan.operations:
            lines += ["", *_operation(operation, risk)]
        lines += _whole(plan)
    if artifacts:
        lines += ["", "generated files:"] + [f"  {change.symbol} {change.path}" for change in artifacts]
    return "\n".join(map(escape, lines)) + "\n"


def _operation(operation: Operation, risk: Risk) -> list[str]:
    index = operation.subject
    head = f"  {SYMBOLS[operation.action]} {operation.action} {index.name} on {table_of(index)}"
    if operation.action == "rename" and operation.before:
        head = f"  {SYMBOLS['rename']} rename {operation.before.name} to {index.name} on {table_of(index)}"
    lines = [head]
    if operation.action == "change" and operation.before:
        lines += [f"      from {_definition(operation.before)}", f"      to   {_definition(index)}"]
    elif operation.action != "rename":
        lines.append(f"      {_definition(index)}")
    if risk.estimate:
        lines.append(f"      about {size(risk.estimate.smallest, risk.estimate.largest)}, built in {duration(risk.estimate.fastest, risk.estimate.slowest)}")
    if risk.locks:
        lines.append("      locks: " + ", ".join(dict.fromkeys(lock.lock for lock in risk.locks)))
    lines.append(f"      undo: {risk.undo}")
    if risk.duplicates:
        lines += ["      fails on duplicates; first find them:", f"        {risk.duplicates};"]
    if not operation.because:
        lines.append("      because no spec names it any more")
    lines += [f"      because of {span.path}:{span.begin.line}" for span in operation.because]
    return lines


def _definition(index: Index) -> str:
    return ("UNIQUE " if index.unique else "") + emit.definition(index).removeprefix("USING btree ")


def _whole(plan: DatabasePlan) -> list[str]:
    """What holds for several operations, said once."""
    locks: dict[str, Lock] = {lock.statement: lock for _, risk in plan.operations for lock in risk.locks}
    lines = []
    if locks:
        lines += ["", "  what is locked:"]
        for lock in locks.values():
            lines += [f"    {lock.statement}: {lock.lock}", f"      blocks {lock.blocks}", f"      waits {lock.waits}"]
    if any("CONCURRENTLY" in name for name in locks):
        lines += [
            "",
            "  timeouts: statement_timeout and lock_timeout must be 0 for who runs this: one that strikes leaves an INVALID index.",
            "    Sessions idle in a transaction hold a build up: end them, or let idle_in_transaction_session_timeout do so.",
        ]
    known = [risk.estimate for _, risk in plan.operations if risk.estimate]
    if known:
        largest = max(risk.room or 0 for _, risk in plan.operations)
        lines += [
            "",
            f"  room: {size(sum(one.smallest for one in known), sum(one.largest for one in known))} for good, and at one time up to "
            f"{size(largest // 2, largest // 2)} more for sorting.",
            f"  time: {duration(sum(one.fastest for one in known), sum(one.slowest for one in known))}, one build after another.",
            "    Estimates: from rows as stated and declared widths; pages filled to 90 and 70 %; 150,000 to 1,000,000 rows a second for a btree.",
        ]
    return lines


def as_json(plans: Sequence[DatabasePlan], artifacts: Sequence[ArtifactChange]) -> str:
    data = {
        "version": 1,
        "databases": [
            {"name": plan.name, "against": plan.against, "operations": [_operation_json(*one) for one in plan.operations]} for plan in plans
        ],
        "artifacts": [{"change": _WORDS[change.symbol], "path": change.path} for change in artifacts],
    }
    return dumps(data)


_WORDS = {"+": "add", "~": "change", "-": "remove"}


def _operation_json(operation: Operation, risk: Risk) -> Mapping[str, Any]:
    index = operation.subject
    found = risk.estimate
    return {
        "action": operation.action,
        "schema": index.schema,
        "table": index.table,
        "index": index.name,
        "before": _index_json(operation.before),
        "after": _index_json(operation.after),
        "locks": [lock._asdict() for lock in risk.locks],
        "undo": risk.undo,
        "estimate": None if found is None else {"bytes": [found.smallest, found.largest], "seconds": [round(found.fastest, 1), round(found.slowest, 1)]},
        "room": risk.room,
        "duplicates": risk.duplicates or None,
        "timeouts": ["statement_timeout", "lock_timeout"] if any("CONCURRENTLY" in lock.statement for lock in risk.locks) else [],
        "because": [{"path": span.path, "line": span.begin.line, "column": span.begin.column} for span in operation.because],
    }


def _index_json(index: Index | None) -> Mapping[str, str] | None:
    return {"name": index.name, "definition": _definition(index)} if index else None
