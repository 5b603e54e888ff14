"""What `lint --fix` and `lint --diff` do, project by project."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from broxspec.cli._limits import Limits
from broxspec.cli._output import Output
from broxspec.cli._terminal import Terminal
from broxspec.fix import ROUNDS, Fixed, Refused, fix_project
from broxspec.pipeline import open_projects
from broxspec.report import plural, within
from broxspec.source import Source, shown
from broxspec.usage import UsageError
from broxspec.write import write_texts

_MARK = "\ufeff"


def mend(terminal: Terminal, paths: Sequence[str], limits: Limits, output: Output) -> None:
    """Fix and write until nothing is left to fix: what is no spec is linted as it lies on disk, one round at a time."""
    count, files = 0, set()
    refused: dict[str, Refused] = {}
    for _ in range(ROUNDS):
        made = list(_fixed(terminal, paths, limits, output))
        refused |= {str(one.diagnostic.span): one for fixed in made for one in fixed.refused}
        texts = {path: text for fixed in made for path, text in fixed.texts.items()}
        if not texts:
            break
        write_texts({path: _as_on_disk(path, *text) for path, text in texts.items()})
        count += sum(fixed.count for fixed in made)
        files |= set(texts)
    _left_out(terminal, list(refused.values()))
    if count:
        terminal.say(f"lint: {plural(count, 'finding')} fixed in {plural(len(files), 'file')}")


def show_differences(terminal: Terminal, paths: Sequence[str], limits: Limits, output: Output) -> int:
    """Print what would change as a unified diff; 1 where anything would."""
    made = list(_fixed(terminal, paths, limits, output))
    for fixed in made:
        for path, (before, after) in fixed.texts.items():
            terminal.patch(difference(shown(path, terminal.folder), before.text, after))
    _left_out(terminal, [one for fixed in made for one in fixed.refused])
    return int(any(fixed.texts for fixed in made))


def difference(path: str, before: str, after: str) -> str:
    """A unified diff. Lines end at line feeds alone, so that what else a text holds stays as it is."""
    from difflib import unified_diff

    old, new = (text.split("\n") for text in (before, after))
    lines = []
    for line in unified_diff(_ended(old), _ended(new), f"a/{path}", f"b/{path}"):
        lines.append(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n")
    return "".join(lines)


def _ended(lines: list[str]) -> list[str]:
    ended = [line + "\n" for line in lines[:-1]]
    return ended + lines[-1:] if lines[-1] else ended


def _fixed(terminal: Terminal, paths: Sequence[str], limits: Limits, output: Output) -> Iterator[Fixed]:
    opened, _ = open_projects(paths, terminal.folder)
    for one in opened:
        config = one.config

        def chosen(report, root=config.root):
            return limits.apply(within(report, terminal.folder, paths), terminal.folder, root)

        # The lines that git calls changed are those on disk; after one round they are others.
        rounds = 1 if limits.since else ROUNDS
        yield fix_project(config, terminal.folder, output.selection_of(config), limits.agreed(terminal.folder), chosen, rounds)


def _as_on_disk(path: Path, before: Source, after: str) -> str:
    """The new text with the byte order mark that the file has; what was changed since it was read is not overwritten."""
    found = path.read_bytes().decode("utf-8", "replace")
    if found.removeprefix(_MARK) != before.text:
        raise UsageError(f"`{path.name}` was changed while it was being fixed", "run it again")
    return _MARK + after if found.startswith(_MARK) else after


def _left_out(terminal: Terminal, refused: Sequence[Refused]) -> None:
    for found, why in refused:
        at = found.span.begin
        terminal.say(f"lint: {found.code} at {found.span.path}:{at.line}:{at.column} was not fixed: {why}")
