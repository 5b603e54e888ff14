"""Resolve: documents to the objects of each environment.

A document without `environment:` is a base; one with it is an overlay of the base that has the same kind and identity. Only objects that an
overlay touches are made anew for an environment; all others are the same values in each.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from broxspec import kinds
from broxspec.specs import faults
from broxspec.diagnostic import Diagnostic, Label
from broxspec.specs.overlay import lay
from broxspec.project import Spec
from broxspec.suggest import did_you_mean, listed
from broxspec.specs.tree import Document, Node
from broxspec.specs.validate import against

Address = tuple[str, tuple[str, ...]]  # kind and identity


class Specs(NamedTuple):
    """The objects of a project: `bases` by kind and identity, and the overlays of each environment.

    `databases` are the names of the `kind: database` documents, in their order; `environments` what they list together. A
    project without environments has none here and is resolved as the environment `""`.
    """

    bases: Mapping[Address, Node]
    overlays: Mapping[str, tuple[tuple[Address, Node], ...]]
    databases: tuple[str, ...]
    environments: tuple[str, ...]


def collect(documents: Iterable[Document]) -> tuple[Specs, list[Diagnostic]]:
    """Sort valid documents into objects and overlays, and check that they fit together."""
    found: list[Diagnostic] = []
    documents = tuple(documents)
    listed_ = [document for document in documents if document.kind == "database" and "environment" not in document.root.entries]
    databases = tuple(dict.fromkeys(document.root.get("name").text for document in listed_))  # type: ignore[union-attr]
    environments = _environments(listed_)
    bases: dict[Address, Node] = {}
    overlays: dict[str, list[tuple[Address, Node]]] = {}
    addressed = [(address, document.root) for document in documents if (address := _address(document, databases, found))]
    for address, root in addressed:
        if "environment" not in root.entries:
            _add(bases, address, root, found)
    for address, root in addressed:
        if "environment" in root.entries and _fits(address, root, bases, environments, found):
            overlays.setdefault(root.get("environment").text, []).append((address, root))  # type: ignore[union-attr]
    if not databases and bases:
        kind, node = next(((kind, node) for (kind, _), node in bases.items()))
        help = "write a document with `kind: database`, `name`, `server_version` and `schema`"
        found.append(faults.NO_DATABASE.at(node.at("kind"), "no document of `kind: database` says which database this is about", help=help))
    return Specs(bases, {name: tuple(items) for name, items in overlays.items()}, databases, environments), found


def resolve(specs: Specs, environment: str) -> tuple[tuple[Spec, ...], list[Diagnostic]]:
    """The objects of one environment, in the order of the documents."""
    found: list[Diagnostic] = []
    merged: dict[Address, Node] = {}
    for address, over in specs.overlays.get(environment, ()):
        base = merged.get(address, specs.bases[address])
        merged[address] = lay(base, over, getattr(kinds.model(address[0]), "NAMED", {}), found)
    for (kind, identity), node in list(merged.items()):
        wrong = against(node, kind)
        found += wrong
        if wrong:
            del merged[kind, identity]
    resolved = tuple(Spec(kind, identity, merged.get((kind, identity), node)) for (kind, identity), node in specs.bases.items())
    return resolved, [finding._replace(environments=(environment,)) if environment else finding for finding in found]


def _environments(documents: Iterable[Document]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for document in documents:
        node = document.root.get("environments")
        names |= dict.fromkeys(item.text for item in node.elements) if node is not None else {}
    return tuple(names)


def _address(document: Document, databases: tuple[str, ...], found: list[Diagnostic]) -> Address | None:
    """What object a document speaks of: its kind, its database, and what else identifies it."""
    root, kind = document.root, str(document.kind)
    if kind == "database":
        return kind, (root.get("name").text,)  # type: ignore[union-attr]
    given = root.get("database")
    if not kinds.per_database(kind):
        database = ""
    elif given is None:
        if len(databases) > 1:
            message = f"the project has {len(databases)} databases, and this document does not say which it is about"
            found.append(faults.DATABASE_REQUIRED.at(root.at("kind"), message, help=f"add `database:` {listed(databases)}"))
            return None
        database = databases[0] if databases else ""
    else:
        database = given.text
        if databases and database not in databases:
            message = f"no `kind: database` document is called `{database}`"
            found.append(faults.UNKNOWN_DATABASE.at(given.span, message, note=did_you_mean(database, databases), help=f"write {listed(databases)}"))
            return None
    return kind, (database, *kinds.model(kind).identity(root))


def _add(bases: dict[Address, Node], address: Address, root: Node, found: list[Diagnostic]) -> None:
    """Take in a base. Documents of a kind that adds up make one object; of any other kind a second one is a finding."""
    first = bases.get(address)
    if first is None:
        bases[address] = root
        return
    fields = getattr(kinds.model(address[0]), "ADDS_UP", ())
    if not fields:
        label = Label(first.at("name") if first.get("name") else first.at("kind"), "the first one")
        what = f"`kind: {address[0]}` of this name"
        found.append(faults.DUPLICATE_OBJECT.at(root.at("name" if root.get("name") else "kind"), f"a second {what}", labels=(label,), help="merge the two"))
        return
    entries = dict(first.entries)
    for field in fields:
        if field in root.entries and field in entries:
            key, value = entries[field]
            entries[field] = (key, value.with_elements([*value.elements, *root.entries[field][1].elements]))
    bases[address] = first.with_entries({**root.entries, **entries})


def _fits(address: Address, root: Node, bases: Mapping[Address, Node], environments: tuple[str, ...], found: list[Diagnostic]) -> bool:
    """Whether an overlay can be used; what is wrong with it is a finding."""
    kind = address[0]
    node = root.get("environment")
    name = node.text  # type: ignore[union-attr]
    if not getattr(kinds.model(kind), "PER_ENVIRONMENT", True):
        message = f"`kind: {kind}` can't differ by environment: migrations are the same in all"
        found.append(faults.DIFFERS_BY_ENVIRONMENT.at(root.key_at("environment"), message, help="take `environment` out"))
        return False
    if name not in environments:
        help = f"the environments are {listed(environments, 'and')}" if environments else f"list it: `environments: [{name}]` in `kind: database`"
        message = f"no environment `{name}`"
        found.append(faults.UNKNOWN_ENVIRONMENT.at(root.at("environment"), message, note=did_you_mean(name, environments), help=help))
        return False
    if address not in bases:
        same = [identity[-1] for other, identity in bases if other == kind and identity]
        place = next((field for field in ("name", "table") if root.get(field)), "kind")
        message = f"this overlay changes a `kind: {kind}` that is not there"
        note = did_you_mean(root.at(place).text, same)
        found.append(faults.OVERLAY_WITHOUT_BASE.at(root.at(place), message, note=note, help="write the object itself without `environment`"))
        return False
    fixed = [field for field in getattr(kinds.model(kind), "FIXED", ()) if field in root.entries]
    for field in fixed:
        message = f"`{field}` can't differ by environment: migrations are the same in all"
        found.append(faults.DIFFERS_BY_ENVIRONMENT.at(root.key_at(field), message, help=f"take `{field}` out of the overlay"))
    return not fixed
