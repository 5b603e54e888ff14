"""Folders: each database has one of its own. In a shared one, or in one inside of another's, every database takes the files of the others for drafts
that are left over."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from broxspec.diagnostic import Diagnostic, Label
from broxspec.migrations import faults

if TYPE_CHECKING:
    from broxspec.project import Database


def shared(root: Path, database: "Database", others: "Iterable[Database]") -> list[Diagnostic]:
    """What is wrong with the folder of a database's migrations, as it lies to those of the others."""
    own = database.spec.migrations
    found = []
    for other in others:
        if other.name == database.name or not own or not other.spec.migrations:
            continue
        one, two = (root / own).resolve(), (root / other.spec.migrations).resolve()
        if one == two or one.is_relative_to(two):
            message = f"the migrations of `{database.name}` lie in the folder of those of `{other.name}`"
            label = Label(other.spec.node.at("migrations"), "this one")
            at, help = database.spec.node.at("migrations"), "give each database a folder of its own, beside those of the others"
            found.append(faults.SHARED_FOLDER.at(at, message, labels=(label,), help=help))
    return found
