"""Readers of labelled news articles, on invented files."""

from pathlib import Path

import corpus_files as files

from training.readers import read


def test_allsides_tells_opinion_news_and_advocacy(tmp_path: Path) -> None:
    """Flags give opinion, only news hosts give news reports, think tanks advocate, nothing comes twice."""
    files.allsides(tmp_path)
    samples = {sample.id: sample for sample in read("allsides", tmp_path)}
    assert {name: dict(sample.labels) for name, sample in samples.items()} == {
        "o1": {"opinion_article": 1, "source_type": "opinion_editorial"},
        "t1": {"opinion_article": 1, "source_type": "political_advocacy"},
        "n1": {"opinion_article": 0, "source_type": "news_report"},
        "n2": {"opinion_article": 0},
        "t2": {"source_type": "political_advocacy"},
    }
    assert (samples["o1"].title, samples["o1"].group, samples["n1"].group) == (
        "Bridges are bad", "cnn.com", "cnn.com",
    )  # fmt: skip
    assert samples["o1"].text.endswith("Text o1 ends.")


def test_source_kind_never_labels_state_control_or_flagged_opinion(tmp_path: Path) -> None:
    """Wires are news and conspiracy sites hoaxes; flagged opinion and state media get no label."""
    files.allsides(tmp_path)
    files.source_kind(tmp_path)
    samples = read("allsides-source-kind", tmp_path)
    assert [sample.labels.get("source_type") for sample in samples] == [
        "news_report", None, None, "hoax_conspiracy",
    ]  # fmt: skip
    assert samples[0].text.startswith("The council")


def test_hyperpartisan_becomes_plain_paragraphs(tmp_path: Path) -> None:
    """Tags, escapes and placeholders go, paragraphs stay, the domain is the group."""
    files.hyperpartisan(tmp_path)
    (sample,) = read("hyperpartisan_semeval19", tmp_path)
    assert (sample.text, sample.group, dict(sample.labels)) == (
        "One two\n\nThree four .", "example.org", {"partisan": 1},
    )  # fmt: skip
