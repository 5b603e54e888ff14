"""Rehearsing Alembic: `alembic upgrade head`; after any failure the same again."""

from pathlib import Path
from tempfile import TemporaryDirectory

from broxspec.components.alembic import Alembic
from broxspec.components.postgres import Server
from broxspec.rehearsal.chained import ChainedDeployment
from broxspec.rehearsal.deployment import Files
from broxspec.runners.alembic import revision_of


def deployment(server: Server, files: Files, version: str) -> ChainedDeployment:
    chain = [found for path in files.ups if (found := revision_of(files.folder, Path(path).name))]
    folder = TemporaryDirectory(prefix="broxspec-alembic-")
    texts = {Path(path).name: (files.root / path).read_text("utf-8") for path in files.ups}
    alembic = Alembic(Path(folder.name), texts, chain)
    before = next(iter(chain[-1][1]), "base") if chain else "base"
    return ChainedDeployment(
        server,
        files,
        folder,
        alembic.label,
        ("alembic_version",),
        alembic.upgrade,
        alembic.downgrade,
        lambda dsn: alembic.stamp(dsn, before),
        "DELETE FROM alembic_version",
        "SELECT version_num FROM alembic_version",
        [revision for revision, _ in chain],
    )
