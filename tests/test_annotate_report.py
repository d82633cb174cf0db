"""The tables of the card, made from a few labels."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from test_annotate_join import DOCUMENT, LABELS, row
from test_annotate_sentences import sentence

from training import annotate_report
from training.annotate_figures import Agreement
from training.annotate_report import agreements, by_corpus, frames, opinion_by_article, prevalence
from training.samples import Sample

ARTICLE = Sample("allsides", "o", "document", sentence(7), {"opinion_article": 1}, "cnn.com")
ROWS: list[dict[str, Any]] = [
    row(DOCUMENT, sentence(1), "test"),
    row(DOCUMENT, sentence(2), labels=LABELS | {"loaded": 2, "call_to_action": 1, "frames": []}),
    row(ARTICLE, sentence(7), drawn="natural"),
    row(ARTICLE, sentence(7), drawn="call"),
]


def test_prevalence_by_part() -> None:
    """Natural and enriched train sentences are counted apart."""
    assert prevalence(ROWS)[2:] == [
        "| test | 1 | 1 | 1 | 0 | 0 | 0 | 0 | 1 |",
        "| train, natural | 2 | 2 | 1 | 1 | 1 | 0 | 0 | 1 |",
        "| train, enriched | 1 | 1 | 1 | 0 | 0 | 0 | 0 | 1 |",
    ]


def test_frames_and_corpora() -> None:
    """Each frame by part; each corpus with its sentences, units and rarest labels."""
    assert "| political | 2 | 1 |" in frames(ROWS)
    assert by_corpus(ROWS, [DOCUMENT, ARTICLE])[2:] == [
        "| allsides | 2 | 0 | 1 | 2 | 0 | 0 |",
        "| horne2017 | 1 | 1 | 1 | 2 | 1 | 1 |",
    ]


def test_opinion_in_flagged_articles() -> None:
    """Only natural draws say how common opinion is in flagged articles."""
    assert opinion_by_article(ROWS, [DOCUMENT, ARTICLE])[2:] == [
        "| flagged opinion | 1 | 1 |",
        "| not flagged | 0 | 0 |",
    ]


def test_agreements() -> None:
    """A label that nobody varied has no kappa; a comparison without sentences has no row."""
    found = [("a", Agreement(4, 0.75, 0.5, 0.25, 0.5)), ("b", None), ("c", Agreement(1, 1, None, 0, 0))]
    assert agreements(found)[2:] == [
        "| a | 4 | 0.750 | 0.50 | 0.250 | 0.500 |",
        "| c | 1 | 1.000 | – | 0.000 | 0.000 |",
    ]


def test_the_program_prints_every_table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Labels are joined to the corpora that are read, and compared with a corpus' own."""
    headline = Sample(
        "gvfc", "h", "passage", sentence(4), {"policy_frames": ("political",)}, "g",
        meta={"asked": ("political", "economic")},
    )  # fmt: skip
    second = {"pass": "p1", "labels": LABELS}
    rows = [*ROWS[:3], row(headline, sentence(4), "test", second=second)]
    monkeypatch.setattr(annotate_report, "read_annotations", lambda _: rows)
    monkeypatch.setattr(annotate_report, "read_all", lambda *_, **__: [DOCUMENT, ARTICLE, headline])
    output = CliRunner().invoke(annotate_report.main, [str(tmp_path)], catch_exceptions=False).output
    assert "| gvfc: its nine frames | 2 | 1.000 | 1.00 | 0.500 | 0.500 |" in output
    assert "| opinion | 1 | 1.000 | – | 1.000 | 1.000 |" in output
