"""``python -m training.annotate_report CORPORA``: the tables that the card of our annotations shows."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import click

from models.labels import POLICY_FRAMES
from training.annotate import read_annotations
from training.annotate_figures import Agreement, agreement, compared, repeatability, with_corpora
from training.annotate_join import SENTENCES, sentence_annotations
from training.annotate_sheets import Row
from training.readers import read_all
from training.samples import Sample
from training.splits import unit_of

#: What is compared with a corpus' own label: (corpus, name, our label, theirs or None).
Comparison = tuple[str, str, Callable[[Row], int], Callable[[Sample], Any]]


def _slight(labels: Row) -> int:
    return int(labels["loaded"] >= 1)


def _clear(labels: Row) -> int:
    return int(labels["loaded"] == 2)


def _task(name: str) -> Callable[[Sample], Any]:
    return lambda sample: sample.labels.get(name)


COMPARISONS: Final[tuple[Comparison, ...]] = (
    ("babe", "bias; ours loaded 1 or 2", _slight, _task("loaded_language")),
    ("babe", "bias; ours loaded 2", _clear, _task("loaded_language")),
    ("babe", "opinion", lambda labels: int(labels["opinion"]), _task("opinion")),
    ("mbic", "bias; ours loaded 1 or 2", _slight, _task("loaded_language")),
    ("mbic", "bias; ours loaded 2", _clear, _task("loaded_language")),
    ("mbic", "opinion", lambda labels: int(labels["opinion"]), _task("opinion")),
    (
        "ptc_semeval20",
        "loaded language or name calling; ours loaded 1 or 2",
        _slight,
        _task("loaded_language"),
    ),
    ("ptc_semeval20", "loaded language or name calling; ours loaded 2", _clear, _task("loaded_language")),
    ("ptc_semeval20", "any technique", lambda labels: int(labels["technique"]), lambda s: s.meta.get("any")),
)


def prevalence(rows: Sequence[Row]) -> list[str]:
    """Return a table of what share of each part has which label."""
    head = ("part", "sentences", "opinion", "loaded 1", "loaded 2", "call to action", "quoted", "technique",
            "any frame")  # fmt: skip
    out = [_row(*head), "|---" * len(head) + "|"]
    parts: dict[str, list[Row]] = {
        "test": [row["labels"] for row in rows if row["part"] == "test"],
        "train, natural": [
            row["labels"] for row in rows if row["part"] == "train" and row["drawn"] == "natural"
        ],
        "train, enriched": [
            row["labels"] for row in rows if row["part"] == "train" and row["drawn"] != "natural"
        ],
    }
    for name, labels in parts.items():
        marks = [
            sum(x["opinion"] for x in labels), sum(x["loaded"] == 1 for x in labels),
            sum(x["loaded"] == 2 for x in labels), sum(x["call_to_action"] for x in labels),
            sum(x["quoted"] for x in labels), sum(x["technique"] for x in labels),
            sum(bool(x["frames"]) for x in labels),
        ]  # fmt: skip
        out.append(_row(name, len(labels), *marks))
    return out


def frames(rows: Sequence[Row]) -> list[str]:
    """Return a table of how often each frame was given."""
    out = ["| frame | train | test |", "|---|---|---|"]
    counts = Counter((row["part"], frame) for row in rows for frame in row["labels"]["frames"])
    return out + [_row(frame, counts["train", frame], counts["test", frame]) for frame in POLICY_FRAMES]


def by_corpus(rows: Sequence[Row], samples: Iterable[Sample]) -> list[str]:
    """Return a table of sentences, units and labels of each corpus."""
    units = {sample.key: unit_of(sample) for sample in samples}
    out = ["| corpus | train | test | publishers or groups | opinion | loaded 2 | call to action |",
           "|---|---|---|---|---|---|---|"]  # fmt: skip
    for corpus in sorted({row["corpus"] for row in rows}):
        mine = [row for row in rows if row["corpus"] == corpus]
        labels = [row["labels"] for row in mine]
        tested = sum(row["part"] == "test" for row in mine)
        names = {units[f"{row['corpus']}/{row['id']}"] for row in mine}
        marks = [
            sum(x["opinion"] for x in labels),
            sum(x["loaded"] == 2 for x in labels),
            sum(x["call_to_action"] for x in labels),
        ]
        out.append(_row(corpus, len(mine) - tested, tested, len(names), *marks))
    return out


def gvfc_frames(pairs: Iterable[tuple[str, Row, Sample]]) -> Agreement | None:
    """Return the agreement on the nine frames of GVFC, one by one; None without its headlines."""
    asked = [(row["labels"]["frames"], s) for _, row, s in pairs if s.corpus == "gvfc"]
    both = [
        (int(frame in ours), int(frame in sample.labels["policy_frames"]))
        for ours, sample in asked
        for frame in sample.meta["asked"]
    ]
    return agreement([ours for ours, _ in both], [theirs for _, theirs in both]) if both else None


def opinion_by_article(rows: Iterable[Row], samples: Iterable[Sample]) -> list[str]:
    """Return a table of our opinion sentences in AllSides articles that are flagged opinion, or not.

    Enriched sentences are left out: they were drawn where opinion was expected.
    """
    flag = {s.key: s.labels.get("opinion_article") for s in samples if s.corpus == "allsides"}
    out = ["| AllSides article | sentences | opinion |", "|---|---|---|"]
    for name, value in (("flagged opinion", 1), ("not flagged", 0)):
        labels = [
            row["labels"]["opinion"]
            for row in rows
            if row["drawn"] == "natural" and flag.get(f"{row['corpus']}/{row['id']}") == value
        ]
        out.append(_row(name, len(labels), sum(labels)))
    return out


def agreements(named: Iterable[tuple[str, Agreement | None]]) -> list[str]:
    """Return a table of agreements."""
    out = ["| label | n | equal | kappa | first or ours | second or theirs |", "|---|---|---|---|---|---|"]
    for name, found in named:
        if found is not None:
            kappa = "–" if found.kappa is None else f"{found.kappa:.2f}"
            out.append(
                _row(name, found.n, f"{found.equal:.3f}", kappa, f"{found.first:.3f}", f"{found.second:.3f}")
            )
    return out


def _row(*cells: object) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


@click.command()
@click.argument("corpora", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(corpora: Path) -> None:
    """Print the tables."""
    rows = read_annotations(SENTENCES)
    samples = read_all(corpora, names={row["corpus"] for row in rows})
    ours = sentence_annotations(samples, rows)
    by_key = {one.key: row for one, row in zip(ours, rows, strict=True)}
    pairs = with_corpora(ours, by_key, samples)
    repeated = list(repeatability(rows).items())
    own = [(f"{c}: {name}", compared(pairs, c, us, them)) for c, name, us, them in COMPARISONS]
    tables = [
        prevalence(rows), frames(rows), by_corpus(rows, samples), agreements(repeated),
        agreements([*own, ("gvfc: its nine frames", gvfc_frames(pairs))]), opinion_by_article(rows, samples),
    ]  # fmt: skip
    click.echo("\n\n".join("\n".join(table) for table in tables))


if __name__ == "__main__":
    main()
