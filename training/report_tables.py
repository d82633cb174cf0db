"""The tables of ``report.md``: protocols side by side, baselines below, counts underneath."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from training.figures import Figure

#: Columns stand in this order; what is not named comes after, by name.
ORDER: Final = ("random", "_held_out", "_folds", "test", "dev", "zero_shot")
SYSTEMS: Final = (
    "", "fast", "majority", "stratified", "always", "vader", "textblob", "text_only", "target_blanked",
)  # fmt: skip
METRICS: Final = (
    "macro_f1", "macro_f1_below", "f1", "accuracy", "auc", "auc_within", "average_precision", "spearman",
    "recall_min", "ece", "brier_skill", "risk_saved",
)  # fmt: skip


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; bars, line ends and the like inside a cell are made harmless."""
    lines = [list(header), ["---"] * len(header), *map(list, rows)]
    return "\n".join("| " + " | ".join(map(cell, line)) + " |" for line in lines)


def cell(text: str) -> str:
    """Return a text that may stand in a table: one line, its marks made harmless."""
    line = " ".join(text.split())
    for mark in "\\|<`":
        line = line.replace(mark, "&lt;" if mark == "<" else "\\" + mark)
    return line


def figure_tables(figures: dict[str, Figure]) -> list[str]:
    """Return the parts of one head: a table for each of its corpora, each with its counts."""
    corpora: dict[str, dict[str, Figure]] = {}
    for name, figure in figures.items():
        corpora.setdefault(name.split(".")[1], {})[name] = figure
    return [part for corpus, mine in sorted(corpora.items()) for part in _corpus(corpus, mine)]


def _corpus(corpus: str, figures: dict[str, Figure]) -> list[str]:
    cells = {_parts(name): _value(figure) for name, figure in figures.items()}
    protocols = sorted({protocol for _, _, protocol in cells}, key=_protocol_rank)
    rows = sorted({(METRICS.index(m), SYSTEMS.index(s), m, s) for s, m, _ in cells})
    body = [
        [metric, system or "Slantwise", *(cells.get((system, metric, p), "–") for p in protocols)]
        for _, _, metric, system in rows
    ]
    header = ["metric", "by", *(p.replace("_", " ") for p in protocols)]
    return [f"### on {cell(corpus)}", table(header, body), *_counts(figures, protocols)]


def _parts(name: str) -> tuple[str, str, str]:
    """Return (system, metric, protocol) of a figure's name; our own accurate head is the system ""."""
    head, _, metric, protocol = name.split(".")
    return head.partition("[")[2].rstrip("]"), metric, protocol


def _value(figure: Figure) -> str:
    ends = figure["ci95"]
    return f"{figure['value']:.3f}" + (f" [{ends[0]:.3f}, {ends[1]:.3f}]" if ends else "")


def _protocol_rank(protocol: str) -> tuple[bool, int, str]:
    kinds = [number for number, end in enumerate(ORDER) if protocol.endswith(end)]
    return protocol == "corpora_held_out", min(kinds, default=len(ORDER)), protocol


def _counts(figures: dict[str, Figure], protocols: Sequence[str]) -> list[str]:
    """Return one line of counts a protocol, or a single one when they are all alike."""
    lines: dict[str, list[str]] = {}
    for protocol in protocols:
        mine = [
            f
            for name, f in figures.items()
            if _parts(name)[0] in ("", "fast") and name.endswith("." + protocol)
        ]
        if mine:
            lines.setdefault(_count_line(mine[0]), []).append(protocol.replace("_", " "))
    return [f"{', '.join(names)}: {line}" for line, names in lines.items()]


def _count_line(figure: Figure) -> str:
    seeds = ", ".join(map(str, figure["seeds"]))
    classes = figure.get("classes", {"positive": figure.get("positives")})
    counts = ", ".join(f"{cell(name)} {count}" for name, count in classes.items())
    return (
        f"{figure['n']} texts of {figure['groups']} groups ({counts}); seeds {seeds}; tier {figure['tier']}."
    )


def recall_table(recall: dict[str, Any]) -> str:
    """Return recall by class (number of texts) for each corpus of each prediction."""
    rows = [
        [key, corpus, name, f"{cell['recall']:.3f}", str(cell["n"])]
        for key, corpora in recall.items()
        for corpus, classes in corpora.items()
        for name, cell in classes.items()
    ]
    return table(["predictions", "corpus of the text", "class", "recall", "texts"], rows)
