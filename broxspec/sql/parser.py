"""PostgreSQL's own parser. pglast stands behind this module and no other.

Offsets given out count characters; the parser's own locations count bytes of UTF-8 and are mapped by
`Statement.offset`. A syntax error is a value, never an exception, and hides no other statement.
"""

import gc
import json
import re
import sys
from bisect import bisect_right
from collections.abc import Callable
from importlib.util import find_spec
from types import ModuleType
from typing import Any, NamedTuple

Node = dict[str, Any]


class SyntaxFault(NamedTuple):
    """What PostgreSQL's parser says of a text, and where, in characters."""

    message: str
    offset: int


class Statement(NamedTuple):
    """One statement: `kind` (`CreateStmt`, `IndexStmt` …), its fields, and its place in characters.

    `end` is exclusive and leaves out the semicolon. `offset` maps a location in `body` to characters.
    """

    kind: str
    body: Node
    start: int
    end: int
    offset: Callable[[int], int]


class Fault(NamedTuple):
    """A statement that could not be parsed: its place and what is wrong with it."""

    start: int
    end: int
    error: SyntaxFault


class Parsed(NamedTuple):
    """The statements of a text, in order, and what could not be parsed.

    `commands` are the psql meta-commands with their offsets: `(offset, "\\\\i other.sql")`.
    """

    statements: list[Statement]
    faults: list[Fault]
    commands: list[tuple[int, str]]


# Above this size orjson's faster reading outweighs the 25 ms that importing it costs.
_LARGE = 2_000_000
_OPEN_COMMENTS = 1000
_OPERATORS = re.compile(r"[-~!@#^&|`?+*/%<>=]{2000,}")  # what the scanner reads in one go
# A character that takes more than one byte in UTF-8.
_WIDE = re.compile(r"[^\x00-\x7f]")
_TOO_DEEP = "nested too deeply"


def _lazy(name: str) -> ModuleType:
    """A stand-in that imports the real module when something is first asked of it."""
    module = ModuleType(name)

    def load(attribute: str) -> Any:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        from importlib import import_module

        return getattr(import_module(name), attribute)

    module.__getattr__ = load  # type: ignore[method-assign]
    return module


def _extension() -> ModuleType:
    """pglast's C extension alone.

    `import pglast` makes some five hundred classes for its own tree, which costs 50 ms and which the JSON
    interface never uses. So the extension is loaded under stand-ins for its two siblings; they import
    the real ones if anything asks for them, so `import pglast` keeps working in the same process.
    """
    if "pglast.parser" in sys.modules:
        return sys.modules["pglast.parser"]
    if "pglast" in sys.modules:
        from pglast import parser

        return parser
    spec = find_spec("pglast")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("pglast is not installed")
    package = ModuleType("pglast")
    package.__path__ = list(spec.submodule_search_locations)
    package.Error = type("Error", (Exception,), {})  # type: ignore[attr-defined]
    for name in ("ast", "enums"):
        setattr(package, name, _lazy(f"pglast.{name}"))
        sys.modules[f"pglast.{name}"] = getattr(package, name)
    sys.modules["pglast"] = package
    try:
        from pglast import parser
    finally:
        for name in [name for name in sys.modules if name == "pglast" or name.startswith("pglast.")]:
            del sys.modules[name]
    return parser


_loaded: ModuleType | None = None


def _pglast() -> ModuleType:
    global _loaded
    if _loaded is None:
        try:
            _loaded = _extension()
        except (ImportError, AttributeError):
            # Another pglast may need more of its siblings at import than these stand-ins have.
            import pglast.parser

            _loaded = pglast.parser
    return _loaded


def _tree(text: str) -> list[Node] | SyntaxFault:
    """The parser's statements as plain dictionaries, or the first syntax error."""
    parser = _pglast()
    if (opened := text.count("/*")) > _OPEN_COMMENTS:
        # PostgreSQL's scanner needs the square of their number: to find out that they don't end, or to read a row of nothing else.
        if opened > _OPEN_COMMENTS + 2 * text.count("*/"):
            return SyntaxFault("unterminated /* comment", text.find("/*"))
        for row in _OPERATORS.finditer(text):
            if row[0].count("/*") > _OPEN_COMMENTS:
                return SyntaxFault(f"more than {_OPEN_COMMENTS:,} comments begin one inside the other", row.start())
    try:
        tree = parser.parse_sql_json(text)
    except parser.ParseError as error:
        message, at = error.args[0], error.args[1] if len(error.args) > 1 else None
        return SyntaxFault(_message(message), len(text) if at is None else at)
    except UnicodeEncodeError as error:
        return SyntaxFault("not valid Unicode text", error.start)
    # Nothing that is read here is garbage, so looking for garbage only costs time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _loads(tree)["stmts"]
    except (RecursionError, ValueError):
        return SyntaxFault(_TOO_DEEP, 0)
    finally:
        if collecting:
            gc.enable()


def _loads(tree: str) -> Node:
    if len(tree) < _LARGE:
        return json.loads(tree)
    import orjson

    return orjson.loads(tree)


def _message(message: str) -> str:
    """The parser's message in our words where its own speak of its insides."""
    if message.startswith(("memory exhausted", "stack depth limit")):
        return _TOO_DEEP
    return message


def _characters(text: str) -> Callable[[int], int]:
    """From an offset in bytes to one in characters; one pass over the text, then a binary search each."""
    if text.isascii():
        return int
    ends: list[int] = []  # the byte offset after each character that takes more than one byte
    surplus: list[int] = [0]  # the bytes that all of them so far take beyond one
    extra = 0
    for match in _WIDE.finditer(text):
        code = ord(match[0])
        extra += 1 if code < 0x800 else 2 if code < 0x10000 else 3
        ends.append(match.end() + extra)
        surplus.append(extra)
    return lambda byte: byte - surplus[bisect_right(ends, byte)]


def _statements(text: str, base: int, nodes: list[Node]) -> list[Statement]:
    characters = _characters(text)
    offset = characters if base == 0 else lambda location: base + characters(location)
    found = []
    for node in nodes:
        start = node.get("stmt_location", 0)
        length = node.get("stmt_len", 0)
        begin, end = characters(start), characters(start + length) if length else len(text)
        ((kind, body),) = node["stmt"].items()
        begin, end = _trimmed(text, begin, end)
        found.append(Statement(kind, body, base + begin, base + end, offset))
    return found


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The place without the blanks and comments in front of the first word, and without blanks behind."""
    from broxspec.sql.split import skip_blanks

    start = skip_blanks(text, start, end)
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def parse(text: str) -> Parsed:
    """All statements of a text. psql meta-commands and COPY data are passed over; offsets stay as they are."""
    from broxspec.sql.split import blanked

    text, commands = blanked(text)
    tree = _tree(text)
    if not isinstance(tree, SyntaxFault):
        return Parsed(_statements(text, 0, tree), [], commands)
    return _piecewise(text, commands)


def _piecewise(text: str, commands: list[tuple[int, str]]) -> Parsed:
    """Statement by statement, so that a bad one does not hide the others."""
    from broxspec.sql.split import split

    parsed = Parsed([], [], commands)
    at = 0
    while at is not None:
        for start, end in split(text, commands, at):
            at = _one(text, start, end, parsed)
            if at is not None:
                break
        else:
            at = None
    commands.sort()
    return parsed


def _one(text: str, start: int, end: int, parsed: Parsed) -> int | None:
    """Take in one statement. Where to go on if it turns out to hide others, else None."""
    from broxspec.sql.split import resume

    piece = text[start:end]
    tree = _tree(piece)
    if not isinstance(tree, SyntaxFault):
        parsed.statements.extend(_statements(piece, start, tree))
        return None
    # Where a semicolon is missing, the error stands at the first word of the next statement.
    again = resume(piece, tree.offset)
    stop = start + again if again else end
    begin, finish = _trimmed(text, start, stop)
    begin = min(begin, start + tree.offset)
    if again and not isinstance(before := _tree(text[start:stop].rstrip().removesuffix(";")), SyntaxFault):
        parsed.statements.extend(_statements(text[start:stop], start, before))
    parsed.faults.append(Fault(begin, finish, SyntaxFault(tree.message, start + tree.offset)))
    return stop if again else None


def parse_expression(text: str) -> Node | SyntaxFault:
    """An expression's tree, such as a predicate's. Locations in it are bytes after `SELECT (`."""
    prefix = "SELECT ("
    tree = _tree(f"{prefix}{text}\n)")
    if isinstance(tree, SyntaxFault):
        return _unwrapped(tree, text, tree.offset - len(prefix))
    if ")" in text and (closing := _unopened(text)) is not None:
        return SyntaxFault('syntax error at or near ")"', closing)
    target = _only_target(tree)
    if target is None:
        return SyntaxFault("not one expression", 0)
    return target


def _unwrapped(fault: SyntaxFault, text: str, offset: int) -> SyntaxFault:
    """A fault as if the text had stood alone: the parenthesis that we put behind it is nobody's mistake."""
    if offset >= len(text):
        return SyntaxFault("syntax error at end of input", len(text))
    return SyntaxFault(fault.message.replace('\n)"', '"'), max(0, offset))


def _unopened(text: str) -> int | None:
    """Where the text closes a parenthesis that it has not opened: there it would leave whatever it stands in."""
    depth = 0
    for token in _pglast().scan(text):
        depth += (token.name == "ASCII_40") - (token.name == "ASCII_41")
        if depth < 0:
            return token.start
    return None


def _only_target(tree: list[Node]) -> Node | None:
    """The expression, if the text did not close the parenthesis itself and go on with something else."""
    if len(tree) != 1:
        return None
    select = tree[0]["stmt"].get("SelectStmt", {})
    targets = select.get("targetList", [])
    plain = set(select) <= {"targetList", "limitOption", "op"}
    if not plain or len(targets) != 1 or "name" in targets[0]["ResTarget"]:
        return None
    found = targets[0]["ResTarget"]["val"]
    # `a, b` makes a row of our own parenthesis.
    return None if found.get("RowExpr", {}).get("location") == len("SELECT ") else found
