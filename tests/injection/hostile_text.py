"""Text that means something to a language that specs are compiled to, or to a program that reads what is compiled."""

from hypothesis import strategies as st

# Whole pieces, because single characters hardly ever meet by chance.
PIECES = (
    "'", "''", '"', '""', "\\", "\\'", '\\"', "$$", "$a$", "$broxspec$", "$broxspec_$", "$BODY$", "$é$", "\n", "\r", "\r\n", "\t", "\f", "\v", "\u2028", "\u0085", "\u00a0", "\u202e", "\u200f",
    "--", "-- ", "/*", "*/", ";", ";\n", ":x", ":'x'", ':"USER"', ":USER", ":{?USER}", "%", "%s", "%(x)s", "%%", "${x}", "${flyway:user}", "{{ x }}", "{% x %}", "{#", "`", "`touch x`",
    '"""', "'''", "\\N{BULLET}", "\\gexec", "\n\\! touch escaped\n", "\\echo", "\n\\q\n", "\n\\.\n", "\n-- migrate:down\n", "\n-- migrate:up\n", "\n-- +goose Down\n", "\n-- +goose StatementEnd\n",
    "\n-- +goose ENVSUB ON\n", "\nGO\n", "#", "coding: latin-1", "coding=utf-7 ", "'; DROP TABLE canary; --", '"; DROP TABLE canary; --', "$broxspec$; DROP TABLE canary; --", "*/ DROP TABLE canary; /*",
    "\n; DROP TABLE canary;\n", ");", "(", ")", ",", "::", "=", "|", "\\|", "<", ">", "<script>alert(1)</script>", "<!-- broxspec: . -->", "-->", "</details>", "@everyone", "::error::x", "\n::error file=a::x\n", "%0A::error::x",
    "##[error]x", "\x1b[31m", "\x9b31m", "\x07", "\ufeff", "😀", "é", "ß", "İ", "א", "select", "user", "a", "A", "1", "_", " ", ".", "U&", "E'", "\\u0041", "\\0041", "]", "[", "&", "&#x41;",
)  # fmt: skip
_ANY = st.characters(exclude_categories=["Cs"], exclude_characters="\0")


def text(longest: int = 6, smallest: int = 1) -> st.SearchStrategy[str]:
    """Of pieces, with a few characters of any kind among them."""
    piece = st.one_of(st.sampled_from(PIECES), st.sampled_from(PIECES), _ANY)
    return st.lists(piece, min_size=smallest, max_size=longest).map("".join)


def names(room: int = 63) -> st.SearchStrategy[str]:
    """What PostgreSQL takes for a name: not empty, and of at most 63 bytes; sometimes of just as many."""
    full = text().map(lambda some: (some + "x" * 63))
    return st.one_of(text(), text(), text(), full, st.sampled_from(["select", "user", "a", "A", "left", "$1", "1", " "])).map(lambda name: cut(name, room))


def cut(name: str, room: int) -> str:
    return name.encode()[:room].decode(errors="ignore")


# By hand and not by broxspec: what is to be proven must not prove itself.


def quoted_name(name: str) -> str:
    if "\n" in name or "\r" in name:
        return 'U&"' + name.replace("\\", "\\\\").replace('"', '""').replace("\n", "\\000a").replace("\r", "\\000d") + '"'
    return '"' + name.replace('"', '""') + '"'


@st.composite
def constants(draw: st.DrawFn, value: st.SearchStrategy[str] = text(smallest=0)) -> str:
    """A string constant, in one of the ways in which PostgreSQL knows it."""
    given = draw(value)
    form = draw(st.sampled_from(["plain", "plain", "escaped", "unicode", "uescape", "dollar", "split", "split escaped", "national", "national"]))
    plain = given.replace("'", "''")
    if form == "plain":
        return f"'{plain}'"
    if form == "national":
        return f"N'{plain}'"
    if form == "escaped":
        return _escaped(given)
    if form == "unicode":
        return "U&'" + plain.replace("\\", "\\\\") + "'"
    if form == "uescape":
        return "U&'" + "".join(f"!{ord(c):04x}" if ord(c) < 0x10000 and not c.isalnum() else "!!" if c == "!" else c for c in given) + "' UESCAPE '!'"
    if form == "dollar":
        tag = draw(st.sampled_from(["", "a", "broxspec", "é", "broxspec_"]))
        body = given.replace("$", "S")  # a body of its own mark is another story
        return f"${tag}${body}${tag}$"
    half = len(given) // 2
    gap = draw(st.sampled_from(["\n", "\r", " -- between\n  ", "\r\n\t", "\n-- it's\n"]))
    if form == "split escaped":
        return _escaped(given[:half]) + gap + _escaped(given[half:])[1:]
    return "'" + given[:half].replace("'", "''") + "'" + gap + "'" + given[half:].replace("'", "''") + "'"


def _escaped(given: str) -> str:
    return "E'" + given.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"
