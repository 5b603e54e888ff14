"""How a server can differ from what is written: the codes SP7xx, each with its page."""

from broxspec.faults import Fault

MISSING = Fault(
    "SP701",
    "drift-missing",
    "error",
    "An index that should be on the server is not there.\n\n"
    "A frozen migration makes it, or the schema source has it. What only drafts make is not missing: it is not deployed yet. Run the migration; "
    "if the runner takes it as applied, its page in docs/runners says how it is run again.",
)
INVALID = Fault(
    "SP702",
    "drift-invalid",
    "error",
    "An index on the server is INVALID: no query uses it, and every write maintains it.\n\n"
    "It is what a concurrent build leaves that failed or was killed. Migrations of broxspec know how to go on from there: retry as the runner's page in "
    "docs/runners says. One that is just being built looks the same; where a session holds the lock of a build, that is said.",
)
DIFFERENT = Fault(
    "SP703",
    "drift-different",
    "error",
    "An index on the server has another definition than its migration, its spec or the schema source says.\n\n"
    "Both definitions are shown. If what the server has is right, write it where the index is defined, with `adopt: true` if that is a spec. If not, "
    "drop the index and run its migration again.",
)
UNDROPPED = Fault(
    "SP704",
    "drift-undropped",
    "warning",
    "An index on the server should be gone.\n\n"
    "A frozen migration drops or renames it, or it is what an unfinished rebuild has put aside. Run the migration again.",
)
FOREIGN = Fault(
    "SP705",
    "drift-foreign",
    "warning",
    "An index on the server is known to nobody: no spec names it, no migration made it, the schema source does not have it.\n\n"
    "Somebody has made it by hand. Write it into a spec of its table, or drop it.",
)
UNFINISHED = Fault(
    "SP706",
    "drift-unfinished",
    "warning",
    "A partitioned index on the server is not complete: at least one partition lacks its part.\n\n"
    "It is INVALID until the last part is attached, which is how it is built; it is no leftover. Queries use the parts that are there.",
)
NO_TABLE = Fault(
    "SP707",
    "drift-no-table",
    "warning",
    "Tables of the schema source are not on the server.\n\nNothing is said of their indexes. Run the migrations that make the tables, or read the schema anew.",
)
PENDING = Fault(
    "SP708",
    "drift-pending",
    "info",
    "What only draft migrations do is not on the server yet, or is there already.\n\n"
    "Drafts are what this branch adds to its base branch. It is no drift that a server does not have them.",
)
OTHER_VERSION = Fault(
    "SP709",
    "drift-other-version",
    "info",
    "The server is of another major version than `kind: database` says.\n\n"
    "What differs between versions is judged by `server_version`. Correct it, for one environment by an overlay.",
)

FAULTS = tuple(value for value in list(globals().values()) if isinstance(value, Fault))
