"""Completion in the shells themselves: what stands on the line after a TAB."""

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from broxspec.cli import _complete

BIN = Path(sys.executable).parent
SPECS = {
    "broxspec.toml": "",
    "schema.sql": "CREATE TABLE t (id int PRIMARY KEY);\n",
    "specs/database/app.yaml": "kind: database\nname: app\nserver_version: 15\nschema: schema.sql\nrunner: psql\nmigrations: m\nenvironments: [production, staging]\n",
}
# A command line that ends where TAB is pressed, and what is offered.
LINES = [
    ("broxspec expl", ["explain"]),
    ("broxspec explain IX10", [f"IX10{digit}" for digit in range(1, 10)]),
    ("broxspec explain unindexed-f", ["unindexed-foreign-key"]),
    ("broxspec lint --env prod", ["production"]),
    ("broxspec lint --env ", ["production", "staging"]),
    ("broxspec lint --select IX101,db10", ["IX101,DB101", "IX101,DB102", "IX101,DB103"]),
    ("broxspec audit --format s", ["sarif"]),
    ("broxspec verify --only ind", ["indexes"]),
    ("broxspec schema dat", ["database"]),
    ("broxspec completion f", ["fish"]),
    ("broxspec lint --env nothing", []),
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for path, text in SPECS.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def environ(folder: Path) -> dict[str, str]:
    return os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "TERM": "dumb", "LC_ALL": "C.UTF-8"}


def shell(name: str, missing) -> str:
    found = shutil.which(name)
    if not found:
        missing(name, "the shell is not installed")
    return found


def output(program: str, folder: Path, text: str) -> str:
    plain = ["--norc", "--noprofile"] if program.endswith("bash") else []
    done = subprocess.run([program, *plain, "-c", text], cwd=folder, env=environ(folder), capture_output=True, text=True, check=False)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout


@pytest.mark.parametrize(("line", "offered"), LINES, ids=[line for line, _ in LINES])
def test_bash(project: Path, missing, line: str, offered: list[str]) -> None:
    words = [*line.split(), *([""] if line.endswith(" ") else [])]
    text = f"""
        eval "$(broxspec completion bash)"
        complete -p broxspec > registered
        COMP_WORDS=({' '.join(repr(word) for word in words)})
        COMP_CWORD={len(words) - 1}
        _broxspec_completion broxspec
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    assert output(shell("bash", missing), project, text).split() == offered
    assert "_broxspec_completion broxspec" in (project / "registered").read_text()


@pytest.mark.parametrize(("line", "offered"), LINES, ids=[line for line, _ in LINES])
def test_fish(project: Path, missing, line: str, offered: list[str]) -> None:
    text = f"broxspec completion fish | source; complete -C {line!r}"
    lines = output(shell("fish", missing), project, text).splitlines()
    assert sorted(one.split("\t")[0] for one in lines) == sorted(offered)


def test_fish_offers_files(project: Path, missing) -> None:
    lines = output(shell("fish", missing), project, "broxspec completion fish | source; complete -C 'broxspec audit sch'").splitlines()
    assert "schema.sql" in lines


_ZSH = b"""PS1= RPS1=; unsetopt prompt_sp prompt_cr; autoload -U compinit; compinit -u; eval "$(broxspec completion zsh)"; print REA''DY\n"""


def test_zsh(project: Path, missing) -> None:
    """zsh completes only for who types: on a terminal."""
    program = shell("zsh", missing)
    typed = [line for line, offered in LINES if len(offered) == 1]
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(project)
        os.execve(program, [program, "-f", "-i"], environ(project))
    try:
        os.write(terminal, _ZSH)
        read_until(terminal, b"READY")
        for line in typed:
            # Ctrl-A and Ctrl-E: the line, once completed, is printed instead of run.
            os.write(terminal, line.encode() + b"\t\x01print -r -- GO''T \x05 EN''D\n")
            said = read_until(terminal, b"END", after=b"GOT ")
            (offered,) = next(offered for one, offered in LINES if one == line)
            assert said.split() == [*line.split()[:-1], offered, "END"]
    finally:
        os.close(terminal)
        os.waitpid(pid, 0)


def read_until(terminal: int, mark: bytes, after: bytes = b"") -> str:
    """What the terminal shows up to the mark, behind the last `after`."""
    shown = b""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if select.select([terminal], [], [], 1)[0]:
            shown += os.read(terminal, 4096)
        start = shown.rfind(after) if after else 0
        if start >= 0 and mark in shown[start:]:
            return shown[start + len(after) : shown.index(mark, start) + len(mark)].decode()
    raise AssertionError(f"no {mark!r} in {shown!r}")


def test_every_shell_has_a_script() -> None:
    for name in _complete.SHELLS:
        assert "_BROXSPEC_COMPLETE" in _complete.script(name)
