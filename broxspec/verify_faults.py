"""What verifying can find: the codes from SP601 on."""

from broxspec.faults import Fault

NOT_AS_COMPILED = Fault(
    "SP601",
    "not-as-compiled",
    "error",
    """A generated file is not what the specs compile to.

It is stale, edited by hand, or missing, so a proof would be of something else than what the specs say. Nothing is tried before
`broxspec compile --check` is content.
""",
)
SCHEMA_NOT_LOADED = Fault(
    "SP602",
    "schema-not-loaded",
    "error",
    """PostgreSQL makes something else of the schema than was read, or refuses it.

Migrations are proven on a database with the project's own schema. Here a real server did not take a statement of it, or has other tables
and indexes afterwards than broxspec has read from the same text. The place is the first statement that was refused.
""",
)
DOES_NOT_WORK = Fault(
    "SP603",
    "does-not-work",
    "error",
    """An artifact was tried on the real component and did not do its work.

The message is what the component said, or how the outcome differs from what the specs ask for.
""",
)
UNKNOWN_ARTIFACT = Fault(
    "SP604",
    "unknown-unproven-artifact",
    "error",
    """An entry under `[verify.unproven]` names no generated artifact.

Entries are paths relative to the project's root, or patterns in which `*` stands for anything.
""",
)
NEEDLESS_ENTRY = Fault(
    "SP605",
    "needless-unproven-entry",
    "error",
    """An entry under `[verify.unproven]` names an artifact that can be proven, and was.

It would hide the day on which the artifact can't be proven any more. Remove the entry, or narrow its pattern.
""",
)

FAULTS = (NOT_AS_COMPILED, SCHEMA_NOT_LOADED, DOES_NOT_WORK, UNKNOWN_ARTIFACT, NEEDLESS_ENTRY)
