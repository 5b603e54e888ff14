"""Faults: what can be wrong with files and values before any rule runs, each with a permanent code.

A fault is not a rule: it is found while something is read. `explain SP006` shows its `docs`. Each reader has
its own table of faults beside it; `TABLES` names the modules, so that one code is found by importing one of them. A kind may have a table
too, with codes of its own prefix.
"""

from importlib import import_module
from typing import Any, NamedTuple

from broxspec import kinds
from broxspec.diagnostic import Diagnostic
from broxspec.source import Span


class Fault(NamedTuple):
    """`docs` is Markdown; its first line is the fact, in general words."""

    code: str
    slug: str
    severity: str
    docs: str

    def at(self, span: Span, message: str, **more: Any) -> Diagnostic:
        """This fault at a place, in words; `more` are further fields of `Diagnostic`."""
        return Diagnostic(self.code, self.slug, self.severity, message, span, **more)


# Code prefixes and the module whose FAULTS has them; a module that is not there has none.
TABLES = (
    (("SP0", "SP1", "SP2"), "broxspec.specs.faults"),
    (("SP3",), "broxspec.catalog.faults"),
    (("SP4",), "broxspec.catalog.prisma.faults"),
    (("SP5", "MG"), "broxspec.migrations.faults"),
    (("SP6",), "broxspec.verify_faults"),
    (("SP7",), "broxspec.drift.faults"),
)


def all_faults() -> list[Fault]:
    """Every fault, sorted by code."""
    return sorted([*(fault for _, module in TABLES for fault in _table(module)), *_of_kinds()])


def find(code_or_slug: str) -> Fault | None:
    """The fault of a code (in any case) or a slug."""
    code = code_or_slug.upper()
    for prefixes, module in TABLES:
        if code.startswith(prefixes):
            return next((fault for fault in _table(module) if fault.code == code), None)
    if of_kind := next((fault for fault in _of_kinds() if fault.code == code), None):
        return of_kind
    return next((fault for fault in all_faults() if fault.slug == code_or_slug.lower()), None)


def _of_kinds() -> list[Fault]:
    return [fault for kind in kinds.names() if (module := kinds.part(kind, "faults")) for fault in module.FAULTS]


def _table(module: str) -> tuple[Fault, ...]:
    try:
        return import_module(module).FAULTS
    except ModuleNotFoundError as error:
        if error.name and module.startswith(error.name):
            return ()
        raise
