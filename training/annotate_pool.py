"""What sentences may be annotated: those of documents and of sentence corpora, with their neighbours."""

import hashlib
import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from models.document import Document, Sentence
from training.featurise import document_of
from training.samples import Sample
from training.splits import unit_of

SHORTEST: Final = 5
LONGEST: Final = 60
#: A sentence whose characters are letters to a smaller share is a table, a score or an address.
LETTERS: Final = 0.7
LOWER_CASE: Final = 3
#: Share of a corpus' units that give the test part, and the share of its samples that one may hold.
TEST_SHARE: Final = 0.2
BIGGEST: Final = 0.35
#: Corpora whose samples are annotated whole: their own labels are on the same stretch of text.
WHOLE: Final = frozenset({"babe", "mbic", "ptc_semeval20", "newsmtsc", "dse-directed-sentiment", "gvfc"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence ``text[start:end]`` of a sample, as a reader would see it."""

    sample: Sample
    start: int
    end: int
    sentence: str
    before: str = ""
    after: str = ""
    drawn: str = field(default="natural", compare=False)

    @property
    def exact(self) -> str:
        """The stretch of the corpus' own text, whose sha256 is kept."""
        return self.sample.text[self.start : self.end]

    @property
    def unit(self) -> str:
        """What is never split between training and testing."""
        return unit_of(self.sample)


def is_prose(text: str) -> bool:
    """Whether a masked sentence is 5 to 60 words of prose: letters, and words in lower case."""
    words = text.split()
    solid = "".join(words)
    return (
        SHORTEST <= len(words) <= LONGEST
        and sum(c.isalpha() for c in solid) >= LETTERS * len(solid)
        and sum(bool(re.match(r"[^\w]*[a-z]", word)) for word in words) >= LOWER_CASE
    )


def candidates(sample: Sample) -> list[Candidate]:
    """Return the sentences of a sample that may be annotated, in order."""
    document = document_of(sample)
    if sample.corpus in WHOLE:
        return _whole(sample, document)
    found = document.sentences
    masked = ["", *(s.masked for s in found), ""]
    return [
        Candidate(sample, s.start, s.end, s.masked, masked[i], masked[i + 2])
        for i, s in enumerate(found)
        if s.english and is_prose(s.masked)
    ]


def _whole(sample: Sample, document: Document) -> list[Candidate]:
    parts: Sequence[Sentence] = document.sentences
    text = " ".join(s.masked for s in parts)
    if not all(s.english for s in parts) or not is_prose(text):
        return []
    return [Candidate(sample, parts[0].start, parts[-1].end, text)]


def with_neighbours(found: Candidate, lines: Mapping[str, Sample]) -> Candidate:
    """Return a PTC line with the lines before and after it in its article; others as they are."""
    if found.sample.corpus != "ptc_semeval20":
        return found
    article, number = found.sample.id.rsplit(":", 1)

    def line(step: int) -> str:
        for distance in (1, 2):  # paragraphs are parted by one blank line
            if other := lines.get(f"{article}:{int(number) + step * distance}"):
                return " ".join(s.masked for s in document_of(other).sentences)
        return ""

    return replace(found, before=line(-1), after=line(1))


def units_for_test(samples: Iterable[Sample], seed: int) -> frozenset[str]:
    """Return the units that give the test part: a fifth of every corpus', the same over all corpora.

    A unit with a large share of a corpus is only taken where there is no other.
    """
    sizes: dict[str, Counter[str]] = defaultdict(Counter)
    for sample in samples:
        sizes[sample.corpus][unit_of(sample)] += 1
    chosen: set[str] = set()
    for _, units in sorted(sizes.items(), key=lambda entry: (len(entry[1]), entry[0])):
        most = BIGGEST * units.total()
        order = sorted((unit for unit in units if units[unit] <= most), key=lambda unit: _lot(unit, seed))
        order.sort(key=lambda unit: unit not in chosen)
        need = math.ceil(TEST_SHARE * len(units))
        chosen.update(order[: max(need, 2)] if len(units) > 1 else ())
    return frozenset(chosen)


def in_test(sample: Sample, units: Collection[str], lonely: Collection[str], seed: int) -> bool:
    """Whether a sample may give test sentences; where a corpus has one unit, by document."""
    if sample.corpus in lonely:
        return int(_lot(sample.key, seed)[:8], 16) < TEST_SHARE * 2**32
    return unit_of(sample) in units


def lonely_corpora(samples: Iterable[Sample]) -> frozenset[str]:
    """Return the corpora that hold one unit only."""
    units: dict[str, set[str]] = defaultdict(set)
    for sample in samples:
        units[sample.corpus].add(unit_of(sample))
    return frozenset(corpus for corpus, names in units.items() if len(names) == 1)


def evenly(samples: Sequence[Sample], dice: random.Random) -> Iterator[Sample]:
    """Yield samples in random order, going round units and, within a unit, round its topics."""
    by_unit: dict[str, dict[str, list[Sample]]] = defaultdict(lambda: defaultdict(list))
    for sample in dice.sample(samples, len(samples)):
        by_unit[unit_of(sample)][sample.topic or ""].append(sample)
    queues = [_round(list(topics.values())) for topics in by_unit.values()]
    yield from _round(queues)


def _round(queues: list[list[Sample]]) -> list[Sample]:
    longest = max(map(len, queues), default=0)
    return [queue[i] for i in range(longest) for queue in queues if i < len(queue)]


def one_each(
    samples: Sequence[Sample], wanted: int, dice: random.Random, read: Callable[[Sample], list[Candidate]]
) -> list[Candidate]:
    """Return ``wanted`` random sentences, evenly over units and topics.

    One of each sample, and only then a second one of each, and so on.
    """
    chosen: dict[tuple[str, int], Candidate] = {}
    order, before = list(evenly(samples, dice)), -1
    while before < len(chosen) < wanted:
        before = len(chosen)
        for sample in order:
            found = [c for c in read(sample) if (sample.key, c.start) not in chosen]
            if found and len(chosen) < wanted:
                one = dice.choice(found)
                chosen[sample.key, one.start] = one
    return list(chosen.values())


def _lot(name: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}/{name}".encode()).hexdigest()
