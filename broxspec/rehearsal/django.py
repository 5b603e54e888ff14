"""Rehearsing Django: `manage.py migrate APP`; after any failure the same again."""

from pathlib import Path
from tempfile import TemporaryDirectory

from broxspec.components.django import Django
from broxspec.components.postgres import Server
from broxspec.rehearsal.chained import ChainedDeployment
from broxspec.rehearsal.deployment import Files
from broxspec.runners.django import dependencies_of


def deployment(server: Server, files: Files, version: str) -> ChainedDeployment:
    names = [Path(path).stem for path in files.ups]
    given = [dependencies_of(files.folder, f"{name}.py") for name in names]
    # Ours name no other app than their own; where they name none, any will do.
    app = next((label for pairs in given for label, _ in pairs), "rehearsed")
    chain = [(name, [parent for _, parent in pairs]) for name, pairs in zip(names, given, strict=True)]
    folder = TemporaryDirectory(prefix="broxspec-django-")
    texts = {Path(path).name: (files.root / path).read_text("utf-8") for path in files.ups}
    django = Django(Path(folder.name), app, texts, chain)
    before = next(iter(chain[-1][1]), "zero") if chain else "zero"
    return ChainedDeployment(
        server,
        files,
        folder,
        django.label,
        ("django_migrations", "django_migrations_id_seq"),
        django.migrate,
        lambda dsn: django.migrate(dsn, "zero"),
        lambda dsn: django.migrate(dsn, before, fake=True),
        f"DELETE FROM django_migrations WHERE app = '{app}'",
        f"SELECT name FROM django_migrations WHERE app = '{app}'",
        names,
    )
