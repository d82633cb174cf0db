"""The gate's decision as files beside the candidate: JSON for publishing, Markdown for people."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from models.bundle import Bundle
from models.durable import write_whole
from models.gate_file import FORMAT, VERSION, gate_file
from training.gate import RULE, Verdict
from training.held_out import HeldOut

HOW_TO_READ: Final = """\
Both bundles' recipes were asked about the same rows, each by a fit that had not seen the row's publisher.
`current` is the bundle in use, `candidate` the new one; the range in brackets is the 95 % interval of the
difference, from drawing whole publishers again a thousand times, the same ones for both. `majority` is what
always saying the commonest class would get. *held_out* are rows of the corpora, *frozen* is the annotated
test part that never trains. A head fails where the lower end of its range is below its margin, and by the
other rules in `training/gate.py`. Brier and ECE are errors: less is better.
"""


@dataclass(frozen=True)
class Judged:
    """A verdict with what it is about; ``facts`` say how it was reached, ``feedback`` what taught."""

    candidate: Path
    sha256: str
    current: Bundle
    verdict: Verdict
    facts: Mapping[str, Any]
    feedback: Mapping[str, Any]


def write_gate(judged: Judged) -> Path:
    """Write ``<version>-gate.json`` and ``<version>-gate.md`` beside the candidate; return the former."""
    file = gate_file(judged.candidate, judged.candidate.name)
    told = decision(judged)
    write_whole(file.with_suffix(".md"), _markdown(told).encode())
    write_whole(file, (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode())
    return file


def decision(judged: Judged) -> dict[str, Any]:
    """Return the decision as it is written; no text, no rater and no name of a target is in it."""
    version, current = judged.candidate.name, judged.current
    return {
        "format": FORMAT, "version": VERSION,
        "decision": "pass" if judged.verdict.passed else "fail",
        "reasons": list(judged.verdict.reasons),
        "publish": judged.verdict.passed, "bundle": version, "sha256": judged.sha256,
        "against": {"bundle": current.version, "sha256": current.sha256},
        "candidate": {"version": version, "sha256": judged.sha256},
        "current": {"version": current.version, "sha256": current.sha256},
        "rule": RULE, **judged.facts,
        "feedback": judged.feedback,
        "figures": judged.verdict.figures,
    }  # fmt: skip


def learnt(current: Mapping[str, HeldOut], candidate: Mapping[str, HeldOut]) -> dict[str, Any]:
    """Return, by head, how much of the feedback each side agrees with, neither being taught its publisher.

    Only what won the vote counts; the accurate profile. It decides nothing: it says whether people
    contradict the bundle in use, and whether the candidate generalises from them.
    """
    found = {}
    for head, said in candidate.items():
        new = said.take(said.parts == "feedback")
        before = current.get(head)
        if before is None or not len(new):
            continue
        keys, old_rows, new_rows = np.intersect1d(before.keys, new.keys, return_indices=True)
        if len(keys):
            old, new = before.take(old_rows), new.take(new_rows)
            found[head] = {
                "n": len(keys), "groups": len(set(new.units.tolist())),
                "current_agrees": _agreement(old, new), "candidate_agrees": _agreement(new, new),
            }  # fmt: skip
    return found


def _agreement(said: HeldOut, asked: HeldOut) -> float:
    counted = asked.truth >= 0
    return round(float((said.decided["accurate"] == asked.truth)[counted].mean()), 4)


def _markdown(told: Mapping[str, Any]) -> str:
    new, old = told["candidate"]["version"], told["current"]["version"]
    lines = [f"# Gate: {new} against {old}", "", f"**{told['decision']}**", ""]
    lines += [f"- {reason}" for reason in told["reasons"]] + ([""] if told["reasons"] else [])
    lines += [HOW_TO_READ, f"Predictions of {old}: {told['current_predictions']}.", ""]
    lines += ["| head, rows, profile | n | groups | metric | majority | current | candidate | difference |"]
    lines += ["|---|---|---|---|---|---|---|---|"]
    lines += [_row(name, figure) for name, figure in told["figures"].items()]
    lines += ["", "## Calibration", "", "| head, rows, profile | figure | current | candidate | difference |"]
    lines += ["|---|---|---|---|---|"]
    lines += [
        f"| {name} | {kind} | {_compared(figure[kind])} |"
        for name, figure in told["figures"].items()
        for kind in ("brier", "ece")
        if figure.get(kind)
    ]
    return "\n".join([*lines, *_feedback(told["feedback"])]) + "\n"


def _row(name: str, figure: Mapping[str, Any]) -> str:
    start = f"| {name} | {figure['n']} | {figure['groups']} "
    if "metric" not in figure:
        return f"{start}| – | – | – | – | too little to compare |"
    return f"{start}| {figure['metric']} | {figure['majority']:.3f} | {_compared(figure)} |"


def _compared(figure: Mapping[str, Any]) -> str:
    low, high = figure["ci95"]
    return (
        f"{figure['current']:.3f} | {figure['candidate']:.3f}"
        f" | {figure['difference']:+.3f} [{low:+.3f}, {high:+.3f}]"
    )


def _feedback(told: Mapping[str, Any]) -> list[str]:
    lines = ["", "## Feedback", "", f"{told['judgements']} judgements on {told['documents']} texts taught."]
    lines += [f"Left out, {reason.replace('_', ' ')}: {n}." for reason, n in told["left_out"].items()]
    if told["learnt"]:
        lines += ["", "| head | judgements | groups | current agrees | candidate agrees |"]
        lines += ["|---|---|---|---|---|"]
    for head, one in told["learnt"].items():
        agrees = f"{one['current_agrees']:.1%} | {one['candidate_agrees']:.1%}"
        lines.append(f"| {head} | {one['n']} | {one['groups']} | {agrees} |")
    return lines
