"""Numbers in front of migrations' names: the one after the highest, in the manner of the folder."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from broxspec.runners import RunnerFault

_DATE = "%Y%m%d%H%M%S"
_DIGITS = re.compile(r"[0-9]+")


def numbers(existing: list[str], stamp: str | None, first: str, *, longest: int = 18, form: str = "") -> Iterator[str]:
    """Numbers to give to new migrations: from `stamp` on, else after the highest of `existing`, else from `first` on.

    Fourteen digits that are a date go up by a second, others by one, as wide as they were. RunnerFault for a stamp that is no number of at most
    `longest` digits, or not of the `form` YYYYMMDDHHMMSS where that is asked for, and where no number can follow.
    """
    if stamp is not None:
        if form and not (_DIGITS.fullmatch(stamp) and len(stamp) == len(form)):
            raise RunnerFault(f"`{stamp}` is not of the form {form}")
        if not _DIGITS.fullmatch(stamp) or len(stamp) > longest:
            raise RunnerFault(f"`{stamp}` is not a number of at most {longest} digits")
        current = stamp
    else:
        current = following(max(existing, key=lambda number: (int(number), number)), longest) if existing else first
    while True:
        yield current
        current = following(current, longest)


def following(number: str, longest: int = 18) -> str:
    """The next number, as wide as this one where that can be."""
    if len(number) == len("YYYYMMDDHHMMSS"):
        try:
            return (datetime.strptime(number, _DATE) + timedelta(seconds=1)).strftime(_DATE)
        except (ValueError, OverflowError):
            pass
    more = str(int(number) + 1).zfill(len(number))
    if len(more) > max(longest, len("YYYYMMDDHHMMSS")):
        raise RunnerFault(f"no migration can sort after `{number}`")
    return more
