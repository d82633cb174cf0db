"""Sentences under their article's label: of clean hosts, never quoted, in no fold, and never teaching."""

from typing import Any

import pytest
from made_material import assembled, moved, of_file

from training import article_sentences as module
from training.article_sentences import CORPUS, article_sentences
from training.assemble import may_train
from training.bench import Bench
from training.finetune.lesson import OF_SENTENCES
from training.protocols import corpora, random_folds
from training.samples import Sample


def articles(**meta: Any) -> list[Sample]:
    """Return our articles as those of a clean host, every other one filed under opinion by its address."""
    return [
        moved(
            one, "allsides", {"opinion_article": n % 2}, publisher="cnn.com", group="cnn.com",
            meta={"host": "cnn.com", "op_url": bool(n % 2), **meta},
        )
        for n, one in enumerate(of_file("articles")[:12])
    ]  # fmt: skip


def test_a_sentence_of_each_article() -> None:
    """Each gives one sentence of its own text, with its label, publisher and group; always the same one."""
    samples = articles()
    found = list(article_sentences(samples))
    texts = {sample.id: sample for sample in samples}
    assert len(found) == len(samples)
    for one in found:
        article = texts[one.id]
        assert one.text in article.text
        assert (one.group, one.publisher) == (article.group, article.publisher)
        assert one.labels == {"opinion": article.labels["opinion_article"]}
        assert not may_train(one)
    assert found == list(article_sentences(reversed(samples)))


def test_most_and_what_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host and label give a bounded number; other hosts, and opinion by the source alone, give none."""
    assert list(article_sentences(articles(host="theweek.com"))) == []
    unflagged = list(article_sentences(articles(op_url=False)))
    assert {one.labels["opinion"] for one in unflagged} == {0}
    monkeypatch.setattr(module, "MOST", 2)
    assert len(list(article_sentences(articles()))) == 4


def test_everything_linked_is_held_out() -> None:
    """Where they are tested nothing of their publishers teaches, and they are in no fold of any kind."""
    sentences = [
        moved(one, "mbic", dict(one.labels), publisher="cnn.com" if n % 9 == 0 else None, group=f"g{n % 40}")
        for n, one in enumerate(of_file("sentences"))
    ]
    samples = articles() + sentences
    made = assembled(samples, also=list(article_sentences(samples)))
    bench = Bench(made, "shipped", 0)
    hold = next(corpora(bench))
    assert hold.test == bench.of_corpora({CORPUS})
    assert len(hold.test) == 12
    assert hold.taught == OF_SENTENCES
    assert {one.key for one in sentences if one.publisher} <= hold.without
    assert {one.key for one in articles()} <= hold.without
    assert hold.test.isdisjoint({*made.split.folds, *random_folds(made, 0)})
    fit = bench.fitted(hold)
    assert set(fit.fitted.heads) == {"opinion"}
