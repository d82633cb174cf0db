"""Sentences of AllSides articles under their article's label: a corpus that only tests the opinion head.

An article filed under opinion holds many plain sentences, and news a few opinions: the label of a sentence is
often wrong, so that its figures are reported apart (docs/models.md). Hosts whose unflagged texts are really
news, articles that their address files under opinion; one sentence an article, never a quoted one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from training.featurise import document_of
from training.reading import digest
from training.samples import Sample

CORPUS: Final = "allsides-sentences"
#: Hosts of AllSides where a hand check of 30 unflagged texts found at most 10 % opinion
#: (counts in docs/models.md).
CLEAN_HOSTS: Final = frozenset(
    {"cnn.com", "nytimes.com", "foxnews.com", "usatoday.com", "csmonitor.com", "thehill.com",
     "theguardian.com", "washingtonpost.com"}
)  # fmt: skip
#: Articles of a host and label that give a sentence, and how many words it has.
MOST: Final = 60
WORDS: Final = range(8, 41)


def is_clean(sample: Sample) -> bool:
    """Whether an article is of a clean host, and filed under opinion by its address if at all."""
    if sample.corpus != "allsides" or sample.meta.get("host") not in CLEAN_HOSTS:
        return False
    return bool(sample.meta.get("op_url")) or not sample.labels.get("opinion_article")


def article_sentences(samples: Iterable[Sample]) -> Iterator[Sample]:
    """Yield a sentence of each of at most MOST clean articles a host and label, always the same ones."""
    given: Counter[tuple[str, int]] = Counter()
    for sample in sorted(filter(is_clean, samples), key=lambda s: digest(s.key)):
        kind = (str(sample.meta["host"]), int(sample.labels["opinion_article"]))
        if given[kind] < MOST and (text := _sentence(sample)):
            given[kind] += 1
            yield Sample(
                CORPUS, sample.id, "sentence", text, {"opinion": kind[1]}, sample.group,
                publisher=sample.publisher, url=sample.url, meta={"evaluation_only": True},
            )  # fmt: skip


def _sentence(sample: Sample) -> str:
    document = document_of(sample)
    usable = [
        sample.text[s.start : s.end]
        for s in document.sentences
        if s.english and s.masked and not s.quoted and len(s.masked.split()) in WORDS
    ]
    return usable[int(digest(sample.key), 16) % len(usable)] if usable else ""
