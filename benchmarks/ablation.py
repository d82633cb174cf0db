"""What each part of fine-tuning is worth: the sentence and stance heads with the encoder made in other ways.

``python benchmarks/ablation.py`` fits on holds of the research tier (the first global fold, BABE with MBIC
and our annotations each held out whole, and what never trains), once for each way, and writes macro-F1 and
AUC of all that is asked there to benchmarks/ablation.json. It needs torch, the corpora, and some twenty
minutes a way; encoders that were made before are taken from SLANTWISE_HOME. ``--only NAME`` makes one way
alone; ``--table`` makes none and prints what was measured. A teacher also needs
``pip install -r requirements-teacher.txt``, and an hour.
"""

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from bench import machine

from training import metrics
from training.answering import answers, asked_of, make_encoders
from training.assemble import RESEARCH, assemble
from training.bench import Bench, Hold
from training.finetune.lesson import EVERY
from training.finetune.tuned import Method, plain_encoder
from training.gather import gather
from training.kept_answers import Kept
from training.question import Question
from training.verify import corpora_home

HERE = Path(__file__).parent
#: Fine-tuned without a teacher; the other ways differ from this in one thing.
PLAIN: Final = Method(mention_teacher_epochs=0.0)
#: How the encoder is made; None leaves it as it is.
WAYS: Final[Mapping[str, Method | None]] = {
    "frozen": None,
    "fine-tuned": PLAIN,
    "linear layers from nought": replace(PLAIN, probe=0.0),
    "all layers": replace(PLAIN, frozen=0),
    "half the rate": replace(PLAIN, rate=5e-5),
    "no anchor": replace(PLAIN, anchor=0.0),
    "averaged weights": replace(PLAIN, average=0.99),
    "another seed": replace(PLAIN, seed=1),
    "a teacher of mentions": Method(),
    "a teacher of sentences": replace(PLAIN, teacher_epochs=2.0),
}
#: Of each protocol so many holds; of the corpora those of sentence heads come first.
HOLDS: Final = {"groups": 1, "corpora": 3, "once": 1}


def holds(bench: Bench) -> Iterator[tuple[list[Question], Hold]]:
    """Yield what is asked of sentence and mention heads, and the fits that answer it."""
    for way, number in HOLDS.items():
        asked, found = asked_of(bench, way)
        asked = [question for question in asked if question.head in EVERY and not question.control]
        for hold in found[:number]:
            yield asked, replace(hold, heads=(hold.heads or EVERY) & {question.head for question in asked})


def figures(bench: Bench, kept: Kept, jobs: int) -> dict[str, dict[str, float]]:
    """Return NAME -> macro-F1, AUC and the number of samples, profile accurate."""
    make_encoders(bench, (hold for _, hold in holds(bench)), jobs)
    found = {}
    for asked, hold in holds(bench):
        for question, part in zip(asked, answers(bench, hold, asked, kept), strict=True):
            for p in gather(question, [part] if part else [], bench.tier, bench.seed):
                if p.profile == "accurate":
                    values = {m.__name__: m(p) for m in (metrics.macro_f1, metrics.auc)}
                    told = {name: round(value, 4) for name, value in values.items() if value is not None}
                    found[f"{p.head}.{p.corpus}.{p.protocol}"] = {**told, "n": p.size}
    return found


def table(ways: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    """Return Markdown: a row for each figure and the columns' ways, macro-F1 / AUC."""
    names = [way for way in WAYS if way in ways]
    figures = list(dict.fromkeys(figure for way in names for figure in ways[way]))
    lines = ["| " + " | ".join(["figure", "rows", *names]) + " |", "|---" * (len(names) + 2) + "|"]
    for figure in figures:
        values = [ways[way].get(figure, {}) for way in names]
        rows = "/".join(sorted({f"{value['n']}" for value in values if value}))
        cells = [_cell(value) for value in values]
        lines.append("| " + " | ".join([figure, rows, *cells]) + " |")
    return "\n".join(lines)


def _cell(value: Mapping[str, float]) -> str:
    found = [f"{value[name]:.3f}".lstrip("0") for name in ("macro_f1", "auc") if name in value]
    return " / ".join(found) or "–"


def main() -> None:
    """Measure, write and print."""
    parser = argparse.ArgumentParser(description="What each part of fine-tuning is worth.")
    parser.add_argument("--only", choices=[*WAYS], action="append", help="this way alone [default: all]")
    parser.add_argument("--out", type=Path, default=HERE / "ablation.json")
    parser.add_argument("--cache", type=Path, default=Path("ablation-cache"), help="where answers are kept")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--table", action="store_true", help="measure nothing, print the last figures")
    asked = parser.parse_args()
    before = json.loads(asked.out.read_text("utf-8"))["ways"] if asked.out.exists() else {}
    if asked.table:
        print(table(before))
        return
    facts: dict[str, Any] = machine()
    assembled = assemble(corpora_home(), RESEARCH, True, 0, asked.jobs, encoder=plain_encoder())
    for name in asked.only or WAYS:
        made = figures(Bench(assembled, "research", 0, WAYS[name]), Kept(asked.cache), asked.jobs)
        before[name] = made
        for what, values in made.items():
            print(f"{name:28}{what:52}" + "".join(f"{key} {value:<9}" for key, value in values.items()))
        asked.out.write_text(json.dumps({"machine": facts, "ways": before}, indent=1) + "\n", "utf-8")
    print(table(before))


if __name__ == "__main__":
    main()
