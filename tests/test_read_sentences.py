"""Readers of single sentences and arguments, on invented files."""

import json
from pathlib import Path

import corpus_files as files

from training.readers import read
from training.samples import Sample


def labels(samples: list[Sample]) -> list[dict[str, object]]:
    """Return the labels of samples as plain dicts."""
    return [dict(sample.labels) for sample in samples]


def test_babe_keeps_labels_and_annotators_shares(tmp_path: Path) -> None:
    """Agreement becomes labels, raw labels shares, halves stay open, no agreement is left out."""
    files.babe(tmp_path)
    samples = read("babe", tmp_path)
    assert labels(samples) == [
        {"loaded_language": 1, "opinion": 1},
        {"loaded_language": 0, "opinion": 0},
        {"loaded_language": 1},
    ]
    assert [dict(s.soft) for s in samples] == [
        {"loaded_language": 0.5, "opinion": 0.75},
        {},
        {"opinion": 0.5},
    ]
    assert {sample.group for sample in samples} == {"foxnews.com"}


def test_mbic_reads_the_majority(tmp_path: Path) -> None:
    """The crowd's majority is the label; no majority on bias leaves only the opinion."""
    path = files.folder(tmp_path, "mbic") / "labeled_dataset.xlsx"
    header = [None, "sentence", "news_link", "outlet", "topic", "Label_bias", "Label_opinion"]
    files.sheet(path, header, [0, "One.", None, "usa-today", "t", "No agreement", "Entirely factual"])
    (sample,) = read("mbic", tmp_path)
    assert (dict(sample.labels), sample.group, sample.url) == ({"opinion": 0}, "usatoday.com", None)


def test_ptc_labels_the_lines_that_a_span_touches(tmp_path: Path) -> None:
    """Loaded language marks its line, other techniques only the meta data, shared lines come once."""
    files.ptc(tmp_path)
    samples = read("ptc_semeval20", tmp_path)
    assert [(s.id, s.text, s.labels["loaded_language"], s.meta["any"]) for s in samples] == [
        ("1:1", "A title", 0, 0),
        ("1:3", "The vile mayor spoke.", 1, 1),
        ("1:4", "Who knows?", 0, 1),
        ("1:5", "Read more.", 0, 0),
        ("2:2", "Another line.", 0, 0),
    ]


def test_arguments_come_once(tmp_path: Path) -> None:
    """An argument with several key points, and a perspective of several claims, is one sample."""
    files.argkp(tmp_path)
    path = files.folder(tmp_path, "perspectrum")
    (path / "perspective_pool_v1.0.json").write_text('[{"pId": 1, "text": "It helps."}]')
    cluster = {"pids": [1], "stance_label_3": "SUPPORT"}
    claims = [{"cId": i, "text": f"Claim {i}", "perspectives": [cluster]} for i in (5, 6)]
    (path / "perspectrum_with_answers_v1.0.json").write_text(json.dumps(claims))
    (argument,), (perspective,) = read("argkp2021", tmp_path), read("perspectrum", tmp_path)
    assert (argument.text, argument.group, argument.meta["for"]) == (
        "they help trade",
        "Bridges are good",
        True,
    )
    assert (perspective.group, perspective.topic, dict(perspective.labels)) == (
        "claim-5",
        "Claim 5",
        {"opinion": 1},
    )
