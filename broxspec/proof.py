"""Proof: what is known of an artifact, and how."""

from typing import NamedTuple

# What an artifact can be. `unproven` has a reason; `not applicable` is only for documents that nothing executes or reads.
STATUSES = ("proven", "unproven", "not applicable")


class Artifact(NamedTuple):
    """A generated file that a lock knows, or a file that we keep lines in. `path` is relative to the project.

    `role` says what it is for: `up`, `down`, `companion` (of one of these), `repair`, `declarations` (of an ORM), or empty. `owner` is the database of a migration, the
    environment of anything else.
    """

    path: str
    kind: str
    role: str = ""
    owner: str = ""


class Proof(NamedTuple):
    """What came of trying an artifact. `on` is the program and its exact version, `detail` what was done, or why nothing could be.

    `failed` is true where the artifact was tried and did not do its work. `accepted` is the reason that broxspec.toml gives for doing
    without a proof, empty where it gives none. `line` is where in the artifact it failed, 0 where that is not known.
    """

    artifact: Artifact
    status: str
    on: str = ""
    detail: str = ""
    failed: bool = False
    accepted: str = ""
    line: int = 0

    @property
    def stands(self) -> bool:
        """Whether a run may pass with it."""
        return self.status != "unproven" or bool(self.accepted)


def proven(artifact: Artifact, on: str, detail: str) -> Proof:
    return Proof(artifact, "proven", on, detail)


def unproven(artifact: Artifact, why: str) -> Proof:
    return Proof(artifact, "unproven", "", why)


def failed(artifact: Artifact, on: str, what: str, line: int = 0) -> Proof:
    return Proof(artifact, "unproven", on, what, failed=True, line=line)


def not_applicable(artifact: Artifact, why: str) -> Proof:
    return Proof(artifact, "not applicable", "", why)
