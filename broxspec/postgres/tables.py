"""The fact files in `broxspec/data/postgres`, read without being parsed.

A file is kept as one text. A lookup by first column searches for "\\nNAME\\t" in it and splits only the lines
that it finds, so that a cold lint pays for what it asks (0.1 ms to read the largest file, microseconds
for each name), and not for the 3,000 functions that it does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent.parent / "data" / "postgres"


@cache
def text(topic: str) -> str:
    return "\n" + (DATA / f"{topic}.tsv").read_text("utf-8")


@cache
def holds(majors: str, major: int) -> bool:
    """Whether `majors`, like `13-14,16`, names `major`."""
    ends = (part.partition("-") for part in majors.split(","))
    return any(int(first) <= major <= int(last or first) for first, _, last in ends)


@cache
def majors() -> tuple[int, ...]:
    """The majors that the data knows, oldest first."""
    return tuple(int(line.split("\t")[0]) for line in text("sources").splitlines() if line and line[0] != "#")


@cache
def nearest(major: int) -> int:
    """The known major that stands in for `major`: itself, or the oldest or newest one."""
    return min(max(major, majors()[0]), majors()[-1])


def lines(topic: str, key: str) -> Iterator[list[str]]:
    """The fields of every line of `topic` whose first column is `key`, for all majors."""
    whole, wanted = text(topic), f"\n{key}\t"
    start = whole.find(wanted)
    # Lines are sorted, so those of one key stand together.
    while start >= 0:
        end = whole.find("\n", start + 1)
        yield whole[start + 1 : end].split("\t")
        start = end if whole.startswith(wanted, end) else -1


def rows(topic: str, key: str, major: int) -> list[list[str]]:
    """The fields of the lines of `topic` about `key` that are true in `major`, without the majors."""
    major = nearest(major)
    return [fields[:-1] for fields in lines(topic, key) if holds(fields[-1], major)]


def all_rows(topic: str, major: int) -> Iterator[list[str]]:
    """The fields of every line of `topic` that is true in `major`, without the majors."""
    major = nearest(major)
    for line in text(topic).splitlines():
        if line and not line.startswith("# "):
            *fields, where = line.split("\t")
            if holds(where, major):
                yield fields
