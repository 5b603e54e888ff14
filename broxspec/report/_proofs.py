"""Proofs as text and as JSON. The last line of the text is the verdict."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from broxspec.source import shown
from broxspec.proof import Proof
from broxspec.report import Report, plural
from broxspec.report._cells import escape
from broxspec.report._document import dumps
from broxspec.verify import Verified

VERSION = 1


def text(verified: Sequence[Verified], display: Path, colour: bool = False) -> str:
    from broxspec.report.text import finding

    lines = [_line(proof, one.root, display) for one in verified for proof in one.proofs]
    findings = [finding(diagnostic, (), colour) for one in verified for diagnostic in one.diagnostics]
    blocks = (["\n".join(lines)] if lines else []) + findings + [verdict(verified)]
    return "\n\n".join(blocks) + "\n"


def _line(proof: Proof, root: Path, display: Path) -> str:
    path = escape(shown(root / proof.artifact.path, display))
    if proof.accepted:
        return f"unproven        {path}: {escape(proof.detail)}; accepted: {escape(proof.accepted)}"
    on = f"on {proof.on}: " if proof.on and not proof.failed else ""
    detail = f"tried on {proof.on}, and failed; see below" if proof.failed else proof.detail
    return f"{proof.status:<15} {path}: {escape(on + detail)}"


def verdict(verified: Sequence[Verified]) -> str:
    """One line: what was proven, on what, and what was not."""
    proofs = [proof for one in verified for proof in one.proofs]
    if verified and all(one.passed for one in verified):
        where = ", ".join(sorted({proof.on.partition(",")[0] for proof in proofs if proof.on}))
        return f"verified: {_counts(proofs)}, on {where}"
    reasons = [one.why for one in verified if one.why]
    if proofs or not reasons:
        reasons.insert(0, _counts(proofs))
    others = sum(len(one.diagnostics) for one in verified)
    return f"not verified: {'; '.join(dict.fromkeys(reasons))}" + (f"; {plural(others, 'finding')}" if others else "")


def _counts(proofs: Sequence[Proof]) -> str:
    accepted = sum(bool(proof.accepted) for proof in proofs)
    open_ = sum(not proof.stands for proof in proofs)
    documents = sum(proof.status == "not applicable" for proof in proofs)
    proven = sum(proof.status == "proven" for proof in proofs)
    parts = [f"{proven:,} of {plural(len(proofs), 'artifact')} proven" if proven else "nothing proven"]
    parts += [f"{open_:,} unproven"] if open_ else []
    parts += [f"{accepted:,} accepted as unproven"] if accepted else []
    parts += [f"{documents:,} not applicable"] if documents else []
    return ", ".join(parts)


def document(verified: Sequence[Verified], display: Path) -> str:
    from broxspec.report.json import render

    found = Report(tuple(diagnostic for one in verified for diagnostic in one.diagnostics))
    base = json.loads(render(found))
    proofs = [proof for one in verified for proof in one.proofs]
    artifacts = [_artifact(proof, one.root, display) for one in verified for proof in one.proofs]
    base["artifacts"] = artifacts
    base["summary"] |= {
        "proven": sum(proof.status == "proven" for proof in proofs),
        "unproven": sum(not proof.stands for proof in proofs),
        "accepted": sum(bool(proof.accepted) for proof in proofs),
        "not_applicable": sum(proof.status == "not applicable" for proof in proofs),
        "passed": bool(verified) and all(one.passed for one in verified),
        "verdict": verdict(verified),
    }
    return dumps(base)


def _artifact(proof: Proof, root: Path, display: Path) -> dict[str, Any]:
    return {
        "path": shown(root / proof.artifact.path, display),
        "kind": proof.artifact.kind,
        "status": proof.status,
        "failed": proof.failed,
        "on": proof.on,
        "detail": proof.detail,
        "accepted": proof.accepted or None,
    }
