"""Suppress: what is left of findings once ignores and the baseline have been heard."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from broxspec.diagnostic import Diagnostic, order
from broxspec.lint import Selection
from broxspec.report import Suppressed
from broxspec.rule import HANDWRITTEN, load, rule_files

if TYPE_CHECKING:
    from broxspec.baseline import Baseline
    from broxspec.ignores import Ignore
    from broxspec.source import Source
    from broxspec.specs.tree import Document


class Run(NamedTuple):
    """What a run looked at: by it is known whether a finding that did not come is gone.

    `specs` is true for `lint`. `complete` says that every environment was looked at. `environments` are these. `tables` are the names
    of an audited schema's tables, None where the whole project was read; `schema` are the arguments of that audit.
    """

    profile: str
    specs: bool
    complete: bool = True
    environments: tuple[str, ...] = ()
    tables: frozenset[str] | None = None
    schema: tuple[str, ...] = ()

    def could_find(self, name: str) -> bool:
        """Whether the run could have found what a code or slug means. Of a rule that is no more, nothing will come."""
        from broxspec.known_rules import is_known, matches, slugs

        if not self.complete:
            return False
        for file in rule_files():
            if matches(name, file.code, file.slug):
                looked_at = not self.specs if file.kind == HANDWRITTEN else self.specs or not file.needs_specs
                return looked_at and (self.profile == "strict" or load(file).profile == "default")
        if not is_known(name):
            return True
        code = next(code for code, slug in slugs().items() if matches(name, code, slug))
        return not code.startswith("MG") if self.specs else code.startswith(("SP3", "SP4", "MG"))


class Left(NamedTuple):
    """The findings to show and those that are not, each list in the order of places."""

    diagnostics: tuple[Diagnostic, ...]
    suppressed: tuple[Suppressed, ...]


def suppress(found: Iterable[Diagnostic], ignores: "Sequence[Ignore]", baseline: "Baseline | None", run: Run, selection: Selection) -> Left:
    """Hear the ignores, then the baseline; then choose. What is not chosen is not counted as suppressed either."""
    from broxspec import ignores as agreed

    def judged(ignore: "Ignore", name: str) -> bool:
        return run.could_find(name) and (ignore.how == "comment" or _in_sight(ignore, run))

    kept, suppressed, unused = agreed.apply(found, ignores, judged) if ignores else (list(found), [], [])
    kept += unused
    if baseline is not None:
        from broxspec.baseline import hear

        heard = hear(baseline, kept, run)
        kept, suppressed = [*heard.kept, *heard.stale], suppressed + heard.suppressed
    chosen = [one for one in suppressed if selection.severity(one.diagnostic.code, one.diagnostic.rule, one.diagnostic.severity)]
    return Left(tuple(selection.apply(sorted(kept, key=order))), tuple(sorted(chosen, key=lambda one: order(one.diagnostic))))


def comments(documents: "Iterable[Document]", sources: "Iterable[Source]") -> "tuple[list[Ignore], list[Diagnostic]]":
    """The ignore comments in specs and in the texts of a schema, and what is wrong with them."""
    ignores: list[Ignore] = []
    found: dict[tuple, Diagnostic] = {}  # a schema that two databases have in common is read twice
    for text, read in (*_of_documents(documents), *_of_sources(sources)):
        more, wrong = read(text)
        ignores += more
        found |= {order(one): one for one in wrong}
    return ignores, list(found.values())


def _of_documents(documents: "Iterable[Document]") -> Iterable[tuple]:
    from broxspec.ignores import in_yaml

    return ((document, in_yaml.ignores_of) for document in documents)


def _of_sources(sources: "Iterable[Source]") -> Iterable[tuple]:
    for source in sources:
        if "broxspec" in source.text:
            from broxspec.ignores import in_prisma, in_sql

            yield source, in_prisma.ignores_of if source.path.endswith(".prisma") else in_sql.ignores_of


def _in_sight(ignore: "Ignore", run: Run) -> bool:
    """Whether the object that an ignore of the settings speaks of was looked at: an audit may be of another schema."""
    if run.tables is None:
        return True
    wanted = getattr(ignore, "object", "")
    return "*" not in wanted and any(wanted == table or wanted.startswith(f"{table}.") for table in run.tables)
