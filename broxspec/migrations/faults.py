"""What can be wrong with own migrations and with what is to be compiled: the codes SP5xx, each with its page."""

from broxspec.faults import Fault

EDITED_MIGRATION = Fault(
    "SP501",
    "edited-migration",
    "error",
    "A frozen migration was edited: it has run, or may have run, with other text.\n\n"
    "Frozen is what the migration lock held where this branch left the base branch. Its files are history, whatever the "
    "specs or templates say now. Put the file back (`git checkout`), and change the spec instead: that compiles to a migration of its own.",
)
MISSING_MIGRATION = Fault(
    "SP502",
    "missing-migration",
    "error",
    "A frozen migration is not in the folder.\n\nA database that never had it would be left without its indexes. Put the file back.",
)
LATE_MIGRATION = Fault(
    "SP503",
    "late-migration",
    "error",
    "A new migration sorts before a frozen one.\n\n"
    "Databases that have run the frozen one would run it late or never, so that the order differs between them. Give it a later number.",
)
EDITED_DRAFT = Fault(
    "SP504",
    "edited-draft",
    "error",
    "A draft migration was edited by hand.\n\n"
    "Drafts are thrown away and built anew by each `compile`, so the edit would be lost. Say in the specs what the edit was for, or, "
    "to lose it, run `broxspec compile --force`.",
)
FOREIGN_DEFINITION = Fault(
    "SP505",
    "foreign-definition",
    "error",
    "A spec names an index that exists with another definition, and that broxspec has not made.\n\n"
    "It is never touched unasked. Take it over with `adopt: true`: it is then built anew under another name, checked, swapped in, and the "
    "old one dropped. Or give the wanted index another name, with `replaces:` if the old one is to go.",
)
OWN_DEFINITION = Fault(
    "SP506",
    "own-definition",
    "error",
    "The schema source shows an index of ours with another definition than its migration made.\n\n"
    "Somebody has changed it beside broxspec: by hand, or by a migration that renamed one of its columns. If what the source "
    "shows is right, write that into the spec with `adopt: true`, which records it. If not, mend the source.",
)
CONSTRAINT_INDEX = Fault(
    "SP507",
    "constraint-index",
    "error",
    "An index that backs a constraint can't be dropped, changed or adopted by an index migration.\n\n"
    "PostgreSQL drops it only with its constraint. Change the constraint where the schema is written.",
)
CONTRADICTION = Fault(
    "SP508",
    "wanted-and-dropped",
    "error",
    "One spec wants an index that another one drops or replaces.\n\nTake one of the two out.",
)
UNREADABLE_LOCK = Fault(
    "SP509",
    "unreadable-migration-lock",
    "error",
    "A line of the migration lock can't be read.\n\n"
    "The lock is what broxspec knows of its own migrations. Put the file back from git; markers of a merge conflict are no harm.",
)
FILE_IN_THE_WAY = Fault(
    "SP510",
    "file-in-the-way",
    "error",
    "A file that broxspec has not written stands where it would write one, or was edited since.\n\n"
    "Move the change into the specs or into a template of the project. `broxspec compile --force` overwrites the file.",
)
RUNNER = Fault(
    "SP511",
    "runner",
    "error",
    "The migration runner can't take what would be compiled.\n\nThe message says what it is.",
)
NO_FOLDER = Fault(
    "SP512",
    "no-migrations-folder",
    "error",
    "There are migrations to write, but the database's spec names no folder for them.\n\nAdd `migrations:` to `kind: database`.",
)

TRANSACTIONAL_LOCK = Fault(
    "SP513",
    "transactional-lock",
    "warning",
    "Flyway's configuration leaves its lock on PostgreSQL a transaction.\n\n"
    "Flyway may then keep that transaction open on a second connection while it migrates, and a concurrent build waits for it for ever. "
    "Set `flyway.postgresql.transactional.lock=false`. Looked at are `flyway.conf` and `flyway.toml` in the project's folder, in its `conf` folder, "
    "in the migrations folder and beside it. It is fine where the setting comes from elsewhere, or where no other deployment knows this file.",
)
OTHER_RUNNER = Fault(
    "SP514",
    "other-runner",
    "error",
    "The database's spec names another runner than the one that the frozen migrations are for.\n\n"
    "A runner can't run the files of another one, and what it has recorded as done is unknown to the other. Put the runner back; or move: "
    "`broxspec compile --restart` writes everything anew for the new runner. `docs/migrations.md` says what databases need in which the old files have run.",
)

SHARED_FOLDER = Fault(
    "SP515",
    "shared-migrations-folder",
    "error",
    "The migrations of two databases lie in one folder, or those of one in a folder of the other's.\n\n"
    "Runners would run all of them on both databases, and each database would take the files of the other for drafts that are left over, which `compile` removes. "
    "Give each database a folder of its own.",
)

FAULTS = tuple(value for value in list(globals().values()) if isinstance(value, Fault))
