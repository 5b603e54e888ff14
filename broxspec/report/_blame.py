"""What a line is there for, as text and as JSON."""

from typing import TYPE_CHECKING

from broxspec.report import plural
from broxspec.report._cells import escape
from broxspec.report._document import dumps
from broxspec.report._excerpt import Mark, excerpt, last_line

if TYPE_CHECKING:
    from broxspec.blame.answer import Answer, Origin

# More places than this are listed, without what stands there.
_FEW = 4


def text(answer: "Answer") -> str:
    lines = []
    where = f"{answer.path}:{answer.line}"
    if answer.general and answer.origins:
        lines.append(f"{where} is there for all of the file: {plural(len(answer.origins), 'place')} in the specs")
    shown = len(answer.origins) <= _FEW
    for origin in answer.origins:
        begin = origin.span.begin
        lines.append(f"{origin.span.path}:{begin.line}:{begin.column}  {origin.about}")
        lines += _excerpt(origin) if shown else []
    for gone in answer.gone:
        lines.append(f"{gone.about}: no spec names it any more" + (f"; the file came with {gone.commit}" if gone.commit else ""))
    if not answer.origins and not answer.gone:
        lines.append(f"{where} is there for no spec in particular")
    return "".join(f"{escape(line)}\n" for line in lines)


def as_json(answer: "Answer") -> str:
    origins = []
    for origin in answer.origins:
        begin, finish = origin.span.begin, origin.span.finish
        place = {"path": origin.span.path, "line": begin.line, "column": begin.column, "end_line": finish.line, "end_column": finish.column}
        origins.append({"about": origin.about, **place, "text": origin.span.text})
    document = {
        "version": 1,
        "path": answer.path,
        "line": answer.line,
        "what": answer.what,
        "general": answer.general,
        "specs": origins,
        "gone": [gone._asdict() for gone in answer.gone],
        "note": answer.note,
    }
    return dumps(document)


def _excerpt(origin: "Origin") -> list[str]:
    mark = Mark(origin.span, "", True)
    return excerpt(origin.span.source, [mark], len(str(last_line(mark))), lambda text, style: text)
