"""Did you mean: the known name that a misspelt one is nearest to."""

from collections.abc import Iterable


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known name that is most like the word, or None when none is like it."""
    names = sorted(set(known))
    folded = word.lower().replace("-", "_")
    same = [name for name in names if name.lower().replace("-", "_") == folded]
    if same:
        return same[0]
    longer = [name for name in names if len(folded) > 2 and name.lower().replace("-", "_").startswith(folded)]
    if len(longer) == 1:
        return longer[0]
    from difflib import get_close_matches  # 8 ms, paid for a mistake only

    # By lower case: `USER` is near `users`, and near nothing otherwise.
    by_folded = {name.lower(): name for name in reversed(names)}
    found = get_close_matches(word.lower(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The question as a diagnostic's note, or empty."""
    name = closest(word, known)
    return f"did you mean `{name}`?" if name else ""


def listed(names: Iterable[str], word: str = "or") -> str:
    """`a`, `b` or `c`."""
    quoted = [f"`{name}`" for name in names]
    return f"{', '.join(quoted[:-1])} {word} {quoted[-1]}" if len(quoted) > 1 else "".join(quoted)
