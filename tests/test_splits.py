"""Near-duplicates, publishers' keys, and the global fold table."""

import os
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.neardup import clusters, contained, jaccard, shingles, words_of
from training.publishers import publisher_key
from training.readers import read_all
from training.samples import Kind, Sample
from training.splits import FOLDS, Split, fold_table, split, unit_of

HOME = os.environ.get("SLANTWISE_CORPORA", "")
WORDS = [f"word{i}" for i in range(500)]


def text_of(seed: int, length: int = 40) -> str:
    """Return a text of random words, always the same for a seed."""
    return " ".join(random.Random(seed).choices(WORDS, k=length))


def sample(name: str, text: str, group: str, publisher: str | None = None, kind: Kind = "document") -> Sample:
    """Return a sample of corpus ``c`` with a class that depends on its name."""
    return Sample("c", name, kind, text, {"opinion": len(name) % 2}, group=group, publisher=publisher)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("www.cnn.com", "cnn.com"),
        ("CNN", "cnn.com"),
        ("https://money.cnn.com/2020/a", "cnn.com"),
        ("fox-news", "foxnews.com"),
        ("Fox News", "foxnews.com"),
        ("The Guardian", "theguardian.com"),
        ("http://www.bbc.co.uk/news", "bbc.com"),
        ("thehuffingtonpost", "huffpost.com"),
        ("abcnews.go.com", "abcnews.go.com"),
        ("ann.blogspot.com", "ann.blogspot.com"),
        ("Halven Wire", "halvenwire"),
    ],
)
def test_a_publisher_has_one_key(written: str, key: str) -> None:
    """Hosts, addresses and names of one publisher give one key; shared hosts keep their authors apart."""
    assert publisher_key(written) == key


def test_near_duplicates_are_found_and_checked() -> None:
    """Equal texts, and texts with a few other words, are one cluster; merely related ones are not."""
    text = text_of(1, 100)
    nearly = text.replace("word1 ", "other ", 1) + " end"
    related = " ".join(text.split()[:40]) + " " + text_of(2, 60)
    texts = [text_of(3), text, nearly, related, text.upper() + "!", "Short.", "short"]
    assert clusters(texts) == [[1, 2, 4], [5, 6]]
    assert clusters(texts, seed=7) == clusters(texts)
    assert jaccard(shingles(words_of(text)), shingles(words_of(related))) < 0.6


def test_a_sentence_is_found_inside_a_document() -> None:
    """A sentence of eight words or more is found word for word; a shorter one is not looked for."""
    document = f"{text_of(4)}. The old bridge of Halven was closed on Monday, again! {text_of(5)}"
    sentences = [
        "The old bridge of Halven was closed on Monday",
        "was closed",
        "Another bridge of Halven was open to all",
    ]
    assert contained(sentences, [text_of(6), document]) == [(0, 1)]


def test_publishers_and_near_duplicates_share_a_fold() -> None:
    """A publisher over corpora, a group, a copy and a quoted sentence are never split."""
    quoted = "The old bridge of Halven was closed on Monday"
    samples = [
        sample("a", text_of(1), "cnn.com", "cnn.com"),
        Sample("d", "b", "sentence", text_of(2), {}, group="CNN", publisher="CNN"),
        sample("e", text_of(3), "g1"),
        sample("f", text_of(4), "g1"),
        sample("g", text_of(3) + " more", "g2"),
        sample("h", f"{text_of(5)}. {quoted}.", "g3"),
        sample("i", quoted, "g4", kind="sentence"),
    ] + [sample(f"x{i}", text_of(100 + i), f"x{i}") for i in range(40)]
    folds = fold_table(samples)
    assert folds["c/a"] == folds["d/b"]
    assert folds["c/e"] == folds["c/f"] == folds["c/g"]
    assert folds["c/h"] == folds["c/i"]
    assert set(folds) == {s.key for s in samples}


def test_pairs_over_publishers_stay_together() -> None:
    """Samples of one group are together even where their publishers differ."""
    pair = [sample("a", text_of(1), "p1", "Halven Wire"), sample("b", text_of(2), "p1", "Open Door")]
    folds = fold_table(pair + [sample(f"x{i}", text_of(10 + i), f"x{i}") for i in range(20)])
    assert folds["c/a"] == folds["c/b"]


def test_a_wire_story_does_not_tie_big_publishers_together() -> None:
    """Copies of the smaller publishers are dropped; the publishers stay apart and the folds even."""
    story = text_of(0, 100)
    samples = [
        sample(f"{name}{i}", story if i == 0 else text_of(1000 * n + i), name, f"{name}.com")
        for n, (name, size) in enumerate([("big", 60), ("mid", 50), ("low", 40)])
        for i in range(size)
    ]
    result = split(samples)
    assert result.dropped == ("c/low0", "c/mid0")
    assert sorted(len(component) for component in result.components) == [39, 49, 60]
    assert not set(result.dropped) & set(result.folds)
    assert len(set(result.folds.values())) == 3


def test_the_order_of_samples_does_not_matter() -> None:
    """The same samples in another order give the same table; another seed may give another."""
    samples = [sample(f"s{i}", text_of(i), f"g{i % 30}") for i in range(120)]
    mixed = random.Random(0).sample(samples, len(samples))
    assert fold_table(samples) == fold_table(mixed)
    assert fold_table(samples) != fold_table(samples, seed=1)


def test_folds_are_balanced_by_corpus_and_class() -> None:
    """Many small groups give folds of equal size with equal shares of a rare class."""
    samples = [
        Sample("c", str(i), "sentence", text_of(i), {"opinion": int(i % 10 == 0)}, group=f"g{i}")
        for i in range(300)
    ]
    folds = fold_table(samples)
    rare = Counter(folds[s.key] for s in samples if s.labels["opinion"])
    assert max(rare.values()) - min(rare.values()) <= 1
    assert set(Counter(folds.values()).values()) == {60}


def test_two_samples_of_one_name_are_refused() -> None:
    """A key that stands twice would make the table ambiguous and raises."""
    with pytest.raises(ValueError, match="two samples are called c/a"):
        split([sample("a", "x", "g"), sample("a", "y", "h")])


def assert_whole(samples: Sequence[Sample], result: Split) -> None:
    """Assert that no unit, group or cluster of near-duplicates stands in two folds."""
    kept = [s for s in samples if s.key in result.folds]
    folds: dict[str, set[int]] = defaultdict(set)
    for one in kept:
        folds[unit_of(one)].add(result.folds[one.key])
        folds[f"{one.corpus}/{one.group}"].add(result.folds[one.key])
    assert {name for name, found in folds.items() if len(found) > 1} == set()
    for cluster in clusters([one.text for one in kept]):
        assert len({result.folds[kept[i].key] for i in cluster}) == 1
    assert len(kept) + len(result.dropped) == len(samples)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 6), st.booleans()), min_size=1, max_size=60))
def test_nothing_that_belongs_together_is_ever_split(drawn: list[tuple[int, int, bool]]) -> None:
    """Whatever copies and publishers there are, units and near-duplicates stay whole."""
    samples = [
        sample(str(i), text_of(text), f"g{group}", f"p{group}.com" if public else None)
        for i, (text, group, public) in enumerate(drawn)
    ]
    assert_whole(samples, split(samples))


@pytest.mark.corpora
@pytest.mark.slow
@pytest.mark.skipif(not HOME, reason="SLANTWISE_CORPORA is not set: the real fold table is NOT tested")
def test_the_real_fold_table_keeps_together_what_belongs_together() -> None:
    """Over the real corpora nothing is split, few copies are dropped and the folds are even."""
    samples = read_all(Path(HOME))
    result = split(samples)
    assert_whole(samples, result)
    sizes = Counter(result.folds.values())
    assert set(sizes) == set(range(FOLDS))
    assert max(sizes.values()) < 1.1 * min(sizes.values())
    assert len(result.dropped) < 0.005 * len(samples)
