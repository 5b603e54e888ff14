"""Specs: where in the specs an index, or what a route leads to, is asked for."""

from collections.abc import Iterable

from broxspec.blame.answer import Origin
from broxspec.catalog.model import Name
from broxspec.project import Database, Project
from broxspec.source import Span


def of_index(database: Database, name: Name) -> list[Origin]:
    """The specs that want an index, else those that drop or replace it."""
    specs = [spec for spec in database.models.get("indexes", ()) if spec.table.schema == name.schema]
    wanted = [Origin(spec.at, f"index `{name}` of `{spec.table}`") for spec in specs if spec.name == name.name]
    if wanted:
        return wanted
    return [
        Origin(span, f"`{name}` of `{spec.table}` is to go")
        for spec in specs
        for removed, span in spec.removals
        if removed == name.name
    ]


def of_database(database: Database) -> list[Origin]:
    """Every index spec of a database."""
    specs = database.models.get("indexes", ())
    return [Origin(spec.at, f"index `{spec.name}` of `{spec.table}`" if spec.name else f"`{spec.drop}` of `{spec.table}` is to go") for spec in specs]


def of_route(project: Project, route: str) -> list[Origin]:
    """What a route of a lock leads to: `<kind>/<identity>/<path inside the object>`."""
    for database in project.databases:
        for spec in database.models.get("indexes", ()):
            if spec.name and route == f"indexes/{database.name}/{spec.table}/{spec.name}":
                return [Origin(spec.at, f"index `{spec.name}` of `{spec.table}`")]
    for spec in project.specs:
        head = "/".join((spec.kind, *spec.identity))
        if spec.kind != "indexes" and (route == head or route.startswith(f"{head}/")):
            inside = route[len(head) + 1 :]
            return [Origin(_inside(spec.node, inside), f"{spec.kind} `{' '.join(spec.identity)}`")]
    return []


def _inside(node, route: str) -> Span:  # noqa: ANN001
    """The place in an object; a field's own key, where the route ends in the object itself its first."""
    if not route:
        return node.at("name") if node.get("name") is not None else node.at("kind")
    first, _, rest = route.partition("/")
    steps = (first, rest) if rest else (first,)
    return node.at(*steps) if node.find(*steps) is not None else _inside(node, "")


def distinct(origins: Iterable[Origin]) -> tuple[Origin, ...]:
    """Each place once, in the order of the files."""
    by_place = {(origin.span.path, origin.span.start, origin.about): origin for origin in origins}
    return tuple(origin for _, origin in sorted(by_place.items()))
