"""``report.json`` and ``report.md`` beside a bundle: every figure, how to read it, and pictures."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from training.figures import Figure, all_figures
from training.metrics import degenerate, errors, recalls, risk_at_coverage
from training.pictures import draw
from training.predictions import Predictions
from training.readings import last_reading
from training.repeat import Before
from training.report_tables import cell, figure_tables, recall_table, table

HOW_TO_READ: Final = """\
**How to read this.** Every figure comes from texts that the model had not seen, pooled over five folds; the
range in brackets is a 95 % interval, from drawing whole groups (publishers, outlets, authors, articles) again
a thousand times. *random* splits the texts at random: texts of one publisher stand on both sides, so a model
may do well by knowing the publisher. *held out* means that no text of the publisher, domain, outlet, host,
author or group that is tested was seen in training: this is the figure to expect for a source that is new.
*corpora held out* goes further and tests on a whole corpus that was not trained on, gathered and labelled by
other people. A model that is much better at random than held out has learned its sources. `majority` always
says the most frequent class, `stratified` draws classes at their true shares, `always` gives every label;
`vader` and `textblob` are sentiment lexicons that call positive as many texts as truly are, and read at most
2,000 texts. All texts count, also those that the service would abstain on; the table of abstention says how
many those are. The tier says whether the figure is that of the shipped model or of one trained on corpora
that may be used for research only. A figure with several seeds is their mean, its interval spans theirs, and
its pictures are of the first.
"""
REPEATED: Final = """\
Made anew for this bundle: the fits of {anew}. The other figures are repeated from the report of `{bundle}`:
nothing changed that they depend on. Those of the first global fold were made anew as well, and were the same.
"""
#: What is longer than this many characters stands in ``report.json`` only.
SHORT: Final = 300
#: Pictures are of the first of these that a head has.
PROTOCOLS: Final = ("_held_out", "_folds", "test", "dev", "zero_shot", "corpora_held_out", "random")
#: Title -> file name of pictures, by head.
Pictures = dict[str, dict[str, str]]


def write_report(
    folder: Path, bundle: str, all_predictions: Sequence[Predictions], extra: dict[str, Any],
    readings: Path | None = None, before: Before | None = None,
) -> None:  # fmt: skip
    """Write ``report.json``, ``report.md`` and ``pictures/`` into ``folder``; texts are never written.

    The same input gives the same bytes. ``extra`` stands as ``run`` in the report. ``readings`` is the
    file of readings of what is kept back, of which the last one's figures stand in the report. What
    was not made anew is repeated from the report ``before``.

    Raises:
        TwoFiguresError: when two predictions have the same head, corpus, protocol, profile and seed.

    """
    figures = all_figures(all_predictions)
    figures |= {} if readings is None else last_reading(readings)
    report = {
        "bundle": bundle,
        "figures": dict(sorted(figures.items())),
        "recall": recall(all_predictions),
        "abstention": abstention(all_predictions),
        "run": extra,
    }
    folder.mkdir(parents=True, exist_ok=True)
    pictures: Pictures = {}
    if before is not None:
        report = before.completed(report, all_predictions)
        pictures = before.pictures(folder / "pictures", all_predictions)
    for p in main_predictions(all_predictions):
        if p.head not in pictures:
            pictures[p.head] = draw(folder / "pictures", p)
    form = json.dumps(report, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    (folder / "report.json").write_text(form + "\n", "utf-8")
    (folder / "report.md").write_text(_markdown(report, pictures), "utf-8")


def recall(all_predictions: Sequence[Predictions]) -> dict[str, Any]:
    """Return ``head.corpus.protocol`` -> corpus of the text -> class -> recall and number of texts."""
    found = {}
    for p in all_predictions:
        rows: dict[str, list[int]] = {}
        for row, corpus in enumerate(p.corpora):
            rows.setdefault(corpus, []).append(row)
        found[_key(p)] = {corpus: _recalls(p.take(mine)) for corpus, mine in sorted(rows.items())}
    return found


def _recalls(p: Predictions) -> dict[str, dict[str, float]]:
    return {name: {"recall": round(value, 4), "n": n} for name, (value, n) in recalls(p).items()}


def abstention(all_predictions: Sequence[Predictions]) -> dict[str, Any]:
    """Return ``head.corpus.protocol`` -> the share answered, and the share of errors with and without it."""
    found = {}
    for p in all_predictions:
        if degenerate(p):
            continue
        wrong = errors(p)
        found[_key(p)] = {
            "answered": round(float(p.accepted.mean()), 4),
            "errors_all": round(float(wrong.mean()), 4),
            "errors_answered": round(float(wrong[p.accepted].mean()), 4) if p.accepted.any() else None,
            "errors_surest_half": round(risk_at_coverage(p, 0.5) or 0.0, 4),
        }
    return found


def _key(p: Predictions) -> str:
    fast, seed = "[fast]" if p.profile == "fast" else "", f".seed{p.seed}" if p.seed else ""
    return f"{p.head}{fast}.{p.corpus}.{p.protocol}{seed}"


def main_predictions(all_predictions: Sequence[Predictions]) -> list[Predictions]:
    """Return for each head the predictions to draw: accurate, held out, with the most texts."""
    best: dict[str, Predictions] = {}
    for p in sorted((p for p in all_predictions if not p.control), key=_rank):
        best.setdefault(p.head, p)
    return [best[head] for head in sorted(best)]


def _rank(p: Predictions) -> tuple[bool, bool, int, int, str, int]:
    kinds = [number for number, end in enumerate(PROTOCOLS) if p.protocol.endswith(end)]
    return degenerate(p), p.profile == "fast", max(kinds, default=len(PROTOCOLS)), -p.size, p.corpus, p.seed


def _markdown(report: dict[str, Any], pictures: Pictures) -> str:
    figures: dict[str, Figure] = report["figures"]
    parts = [f"# Figures of `{report['bundle']}`", HOW_TO_READ]
    if (repeated := report["run"].get("repeated")) is not None:
        parts.append(REPEATED.format(anew=", ".join(repeated["anew"]), bundle=repeated["bundle"]))
    heads = sorted({name.split(".")[0].split("[")[0] for name in figures})
    for head in heads:
        mine = {name: f for name, f in figures.items() if name.split(".")[0].split("[")[0] == head}
        parts += [f"## {head}", *figure_tables(mine)]
        parts += [f"![{head}: {title}](pictures/{name})" for title, name in pictures.get(head, {}).items()]
    if not heads:
        parts.append("There is nothing to tell apart: no texts, or one class only.")
    parts += ["## Recall by class and corpus", recall_table(report["recall"])]
    parts += ["## Abstention", _abstention_table(report["abstention"])]
    parts += ["## The run", _run(report["run"])]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _run(extra: dict[str, Any]) -> str:
    """Return what is short of the run; the rest stands in ``report.json`` only."""
    lines = {name: json.dumps(value, sort_keys=True, ensure_ascii=False) for name, value in extra.items()}
    return "\n".join(
        f"- {cell(name)}: {cell(line)}" for name, line in sorted(lines.items()) if len(line) <= SHORT
    )


def _abstention_table(rows: dict[str, dict[str, float | None]]) -> str:
    header = ["predictions", "answered", "errors, all", "errors, answered", "errors, surest half"]
    cells = [["–" if value is None else f"{value:.1%}" for value in row.values()] for row in rows.values()]
    return table(header, [[key, *row] for key, row in zip(rows, cells, strict=True)])
