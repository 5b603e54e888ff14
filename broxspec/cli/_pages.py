"""Pages: what broxspec says about each of its codes, as Markdown. `explain` shows one, `docs/rules/` holds all."""

import inspect
from collections.abc import Iterator
from typing import NamedTuple

from broxspec.faults import Fault, all_faults
from broxspec.faults import find as find_fault
from broxspec.known_rules import is_known, names, slugs
from broxspec.rule import Rule, load, rule_files
from broxspec.suggest import did_you_mean


class Page(NamedTuple):
    """`kind` is empty for faults, which are found while something is read. `text` begins with the fact."""

    code: str
    slug: str
    severity: str
    kind: str
    profile: str
    text: str

    @property
    def fact(self) -> str:
        return self.text.split("\n", 1)[0]

    @property
    def markdown(self) -> str:
        """The whole page."""
        about = [self.severity, f"kind `{self.kind}`" if self.kind else "found while reading"]
        if self.profile != "default":
            about.append(f"only with `--profile {self.profile}`")
        return f"# {self.code} {self.slug}\n\n{' · '.join(about)}\n\n{self.text}\n"


def find(code_or_slug: str) -> Page | None:
    """The page of a code, in any case, or a slug. Imports one rule, not all."""
    code, slug = code_or_slug.upper(), code_or_slug.lower().replace("_", "-")
    for file in rule_files():
        if code == file.code or slug == file.slug:
            return _of_rule(load(file))
    fault = find_fault(code_or_slug)
    return _of_fault(fault) if fault else None


def every() -> Iterator[Page]:
    """All pages, sorted by code."""
    pages = [*map(_of_fault, all_faults()), *(_of_rule(load(file)) for file in rule_files())]
    yield from sorted(pages)


def known(name: str) -> bool:
    """Whether a name is a code, the beginning of one, or a slug."""
    return is_known(name) or any(code.startswith(name.upper()) for code in slugs())


def suggestion(name: str) -> str:
    """Help for a name that nothing has."""
    near = did_you_mean(name, names())
    return f"{near} `broxspec rules` lists all" if near else "run `broxspec rules` to list all"


def index(pages: list[Page]) -> str:
    """The table of contents of `docs/rules/`."""
    rows = [f"| [{p.code}]({p.code}.md) | {p.slug} | {p.severity} | {p.fact.replace('|', chr(92) + '|')} |" for p in pages]
    head = ["# Rules", "", "Written by `broxspec rules --format markdown --output docs/rules`.", "", "| code | slug | severity | fact |"]
    return "\n".join([*head, "|---|---|---|---|", *rows, ""])


def _of_rule(rule: Rule) -> Page:
    return Page(rule.code, rule.slug, rule.severity, rule.kind, rule.profile, inspect.cleandoc(rule.docstring))


def _of_fault(fault: Fault) -> Page:
    return Page(fault.code, fault.slug, fault.severity, "", "default", inspect.cleandoc(fault.docs))
