"""What libyaml says of broken YAML, in words that tell what to do.

libyaml names its own state ("did not find expected key"); the place it gives is where it noticed, which may be
far from where the mistake began: then the beginning is shown, and the place where it was noticed beside it.
"""

from typing import NamedTuple


class Wording(NamedTuple):
    """`at_start` puts the finding where the broken construct began, `seen` then says what was met at the other place."""

    message: str
    help: str = ""
    at_start: bool = False
    seen: str = ""


_QUOTE = "put the value in quotes"

# (what libyaml was doing, or "" for anything; its problem) → our words.
_WORDS: dict[tuple[str, str], Wording] = {
    ("", "mapping values are not allowed in this context"): Wording(
        "a `:` begins a mapping where none can begin", "put the value in quotes, or give the key its own line, aligned with its siblings"
    ),
    ("", "could not find expected ':'"): Wording("a key without `:`", "write `key: value`", at_start=True),
    ("while parsing a block mapping", "did not find expected key"): Wording(
        "this fits neither the value before it nor the mapping around it", "align it with the keys of its mapping, and close what was opened before"
    ),
    ("while parsing a block collection", "did not find expected '-' indicator"): Wording(
        "expected a further `- ` item of the list", "align it with the keys of the mapping that it belongs to"
    ),
    ("while parsing a flow sequence", "did not find expected ',' or ']'"): Wording(
        "the `[` is not closed", "close the list with `]`; separate its items with `,`", at_start=True, seen="expected `,` or `]` here"
    ),
    ("while parsing a flow mapping", "did not find expected ',' or '}'"): Wording(
        "the `{` is not closed", "close the mapping with `}`; separate its fields with `,`", at_start=True, seen="expected `,` or `}` here"
    ),
    ("while scanning a quoted scalar", "found unexpected end of stream"): Wording("the quote is not closed", "close it", at_start=True),
    ("while scanning a quoted scalar", "found unexpected document indicator"): Wording(
        "the quote is not closed", "close it", at_start=True, seen="the document ends here"
    ),
    ("", "found unknown escape character"): Wording("no such escape in double quotes", "write `\\\\` for a backslash, or use single quotes"),
    ("", "found invalid Unicode character escape code"): Wording("no character has this code"),
    ("", "did not find expected hexdecimal number"): Wording("expected hexadecimal digits after this escape"),
    ("", "block sequence entries are not allowed in this context"): Wording("a `- ` item can't begin here", "begin the list on its own line"),
    ("", "mapping keys are not allowed in this context"): Wording("a `? ` key can't begin here", _QUOTE),
    ("", "found a tab character where an indentation space is expected"): Wording("a tab in the indentation", "indent with spaces"),
    ("", "found a tab character that violates indentation"): Wording("a tab in the indentation", "indent with spaces"),
    ("", "did not find expected comment or line break"): Wording("text after the `|` or `>` of a block", "begin the text on the next line"),
    ("", "did not find expected node content"): Wording("expected a value here"),
    ("", "did not find expected <document start>"): Wording(
        "the document has ended before this", "align it with the first key of the document, or write `---` before it"
    ),
    ("", "did not find expected alphabetic or numeric character"): Wording("`&` and `*` begin anchors and aliases, which need a name", _QUOTE),
    ("", "found undefined tag handle"): Wording("`!` begins a tag, and this one is not known", _QUOTE),
    ("", "could not find expected directive name"): Wording("`%` at the start of a line begins a YAML directive", _QUOTE),
    ("", "found unknown directive name"): Wording("`%` at the start of a line begins a YAML directive", _QUOTE),
    ("", "found incompatible YAML document"): Wording("not a YAML 1.x document", "remove the `%YAML` line"),
    ("", "exceeded maximum nesting level"): Wording("nested too deep"),
}


def wording(context: str, problem: str, character: str) -> Wording:
    """Our words for libyaml's; `character` is the one at the place of the problem."""
    if problem == "found character that cannot start any token" or "cannot start any token" in problem:
        if character == "\t":
            return Wording("a tab in the indentation", "indent with spaces")
        return Wording(f"a value can't begin with `{character}`", _QUOTE)
    for key in ((context, problem), ("", problem)):
        if key in _WORDS:
            return _WORDS[key]
    return Wording(f"this is not YAML: {problem}")
