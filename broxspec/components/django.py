"""The real Django, on a project of our making: one app with the given migrations, and for every migration that they depend on and do
not have, an empty one that stands for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from broxspec.components import _python_program as program
from broxspec.quoting import python

PYPI = ("django", "psycopg")

_PACKAGE = "rehearsed"
_MANAGE = f'''"""As Django's own manage.py, but for errors, which are one line."""
import os, sys

from django.core.management import execute_from_command_line
from django.db import Error
{program.SAY}

os.environ["DJANGO_SETTINGS_MODULE"] = "rehearsal_settings"
try:
    execute_from_command_line(sys.argv)
except Error as error:
    sys.exit(say(error.__cause__ or error))
'''
_SETTINGS = f'''import os

from psycopg.conninfo import conninfo_to_dict

given = conninfo_to_dict(os.environ["DSN"])
DATABASES = {{"default": {{
    "ENGINE": "django.db.backends.postgresql", "NAME": given["dbname"], "USER": given["user"], "HOST": given["host"], "PORT": given["port"],
}}}}
INSTALLED_APPS = ["{_PACKAGE}.apps.Rehearsed"]
SECRET_KEY = "not needed"
USE_TZ = True
'''


class Django:
    """`files` are texts by file name, `chain` their names without `.py` with what each depends on, in order. ComponentMissing where Django
    is not installed."""

    def __init__(self, folder: Path, app: str, files: Mapping[str, str], chain: Sequence[tuple[str, Sequence[str]]]) -> None:
        versions = [f"{name} {program.version(name, 'django psycopg[binary]')}" for name in ("django", "psycopg")]
        self.label = ", ".join(versions)
        self.app = app
        self._folder = folder
        self._write("manage.py", _MANAGE)
        self._write("rehearsal_settings.py", _SETTINGS)
        self._write(f"{_PACKAGE}/__init__.py", "")
        self._write(f"{_PACKAGE}/migrations/__init__.py", "")
        config = f'    name = "{_PACKAGE}"\n    label = {python.string(app)}\n    default_auto_field = "django.db.models.BigAutoField"\n'
        self._write(f"{_PACKAGE}/apps.py", f"from django.apps import AppConfig\n\n\nclass Rehearsed(AppConfig):\n{config}")
        for name, text in files.items():
            self._write(f"{_PACKAGE}/migrations/{name}", text)
        known = {name for name, _ in chain}
        last: str | None = None
        for migration, depends in chain:
            for number, missing in enumerate(sorted(set(depends) - known)):
                known.add(missing)
                self._write(f"{_PACKAGE}/migrations/{missing}.py", self._stand_in(last if number == 0 else None))
            last = migration

    def migrate(self, dsn: str, target: str = "", *, fake: bool = False) -> None:
        """`manage.py migrate APP [TARGET]`. ComponentFailed with what the server said."""
        self.manage(dsn, "migrate", "--no-input", "-v0", *(["--fake"] if fake else []), self.app, *([target] if target else []))

    def manage(self, dsn: str, *arguments: str) -> str:
        """Any command; returns what it printed."""
        return program.run(self._folder, ["manage.py", *arguments], dsn)

    def _stand_in(self, depends: str | None) -> str:
        on = f"({python.string(self.app)}, {python.string(depends)})" if depends else ""
        return f"from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n    dependencies = [{on}]\n    operations = []\n"

    def _write(self, path: str, text: str) -> None:
        file = self._folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8", newline="\n")
