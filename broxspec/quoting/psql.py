"""psql: arguments of its meta-commands, which end at the line's end whatever quote is open."""


def shown(text: str) -> str:
    """An argument that prints the text, control characters as escapes, so that it stays on its line."""
    plain = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
    return "'" + plain.replace("\\", "\\\\").replace("'", "''") + "'"


FILTERS = {"shown": shown}
