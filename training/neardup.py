"""Texts that are nearly the same: MinHash candidates, checked by their true Jaccard similarity."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from rensa import RMinHash, RMinHashLSH

#: Jaccard similarity of the sets of three-word shingles from which two texts are near-duplicates.
THRESHOLD: Final = 0.6
_SHINGLE: Final = 3

#: A sentence of fewer words than this may stand in two documents by chance.
MIN_CONTAINED: Final = 8


class Forest:
    """Disjoint sets of the numbers below ``size`` that can be joined."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def find(self, item: int) -> int:
        """Return the number that stands for the item's set."""
        while self._parent[item] != item:
            self._parent[item] = self._parent[self._parent[item]]
            item = self._parent[item]
        return item

    def join(self, one: int, other: int) -> int:
        """Make one set of two, named by the smaller of their numbers, and return that."""
        low, high = sorted((self.find(one), self.find(other)))
        self._parent[high] = low
        return low

    def sets(self) -> list[list[int]]:
        """Return the sets with more than one member, members and sets in rising order."""
        members: dict[int, list[int]] = defaultdict(list)
        for item in range(len(self._parent)):
            members[self.find(item)].append(item)
        return [group for _, group in sorted(members.items()) if len(group) > 1]


def words_of(text: str) -> list[str]:
    """Split a text into lower-case words without punctuation: the form in which texts are compared."""
    return re.findall(r"\w+", text.casefold())


def shingles(words: Sequence[str]) -> set[str]:
    """Return the runs of three words of a text; empty for fewer words."""
    return {" ".join(words[i : i + _SHINGLE]) for i in range(len(words) - _SHINGLE + 1)}


def jaccard(one: set[str], other: set[str]) -> float:
    """Return the share of common members of two sets; 0 if both are empty."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def clusters(texts: Sequence[str], seed: int = 0) -> list[list[int]]:
    """Return groups of indices of texts that are equal but for case and punctuation, or near-duplicates.

    Candidates come from MinHash with 32 bands of 4 rows (Broder 1997; rensa); each is kept only if
    the true Jaccard similarity of three-word shingles is at least :data:`THRESHOLD`.
    """
    words = [words_of(text) for text in texts]
    forest = Forest(len(texts))
    first_of: dict[str, int] = {}
    for index, tokens in enumerate(words):
        forest.join(first_of.setdefault(" ".join(tokens), index), index)
    for one, other in _similar([(i, words[i]) for i in first_of.values() if len(words[i]) >= _SHINGLE], seed):
        forest.join(one, other)
    return forest.sets()


def _similar(texts: Sequence[tuple[int, list[str]]], seed: int) -> Iterator[tuple[int, int]]:
    lsh = RMinHashLSH(threshold=THRESHOLD, num_perm=128, num_bands=32)
    words = dict(texts)
    for index, tokens in texts:
        mine = shingles(tokens)
        sketch = _sketch(mine, seed)
        for candidate in sorted(lsh.query(sketch)):
            if jaccard(mine, shingles(words[candidate])) >= THRESHOLD:
                yield candidate, index
        lsh.insert(index, sketch)


def _sketch(mine: set[str], seed: int) -> RMinHash:
    sketch = RMinHash(num_perm=128, seed=seed)
    sketch.update(sorted(mine))
    return sketch


class Lookup:
    """A few texts, to be asked of many others which of the few they are like, or hold."""

    def __init__(self, texts: Sequence[str], seed: int = 0) -> None:
        self._seed = seed
        self._words = [" ".join(words_of(text)) for text in texts]
        self._equal: dict[str, set[int]] = defaultdict(set)
        self._starts: dict[str, set[int]] = defaultdict(set)
        self._shingles: dict[int, set[str]] = {}
        self._lsh = RMinHashLSH(threshold=THRESHOLD, num_perm=128, num_bands=32)
        for index, joined in enumerate(self._words):
            words = joined.split()
            self._equal[joined].add(index)
            if len(words) >= _SHINGLE:
                self._shingles[index] = shingles(words)
                self._lsh.insert(index, _sketch(self._shingles[index], seed))
            if len(words) >= MIN_CONTAINED:
                self._starts[" ".join(words[:_SHINGLE])].add(index)
        self._all = set[str]().union(*self._shingles.values())

    def touched_by(self, text: str) -> set[int]:
        """Return the indices of equal texts, near-duplicates and texts that stand in this one.

        The rules are those of :func:`clusters` and :func:`contained`.
        """
        words = words_of(text)
        joined = " ".join(words)
        found = set(self._equal.get(joined, ()))
        if len(words) < _SHINGLE:
            return found
        mine = shingles(words)
        shared = mine & self._all
        if len(shared) >= THRESHOLD * len(mine):  # else none can be a near-duplicate
            candidates = self._lsh.query(_sketch(mine, self._seed))
            found |= {one for one in candidates if jaccard(mine, self._shingles[one]) >= THRESHOLD}
        begun = {index for start in shared & self._starts.keys() for index in self._starts[start]}
        return found | {index for index in begun if f" {self._words[index]} " in f" {joined} "}


def contained(sentences: Sequence[str], documents: Sequence[str]) -> list[tuple[int, int]]:
    """Return (sentence, document) indices of sentences that stand word for word in a document.

    Sentences of fewer than :data:`MIN_CONTAINED` words are not looked for.
    """
    starts: dict[str, list[tuple[int, list[str]]]] = defaultdict(list)
    for index, sentence in enumerate(sentences):
        words = words_of(sentence)
        if len(words) >= MIN_CONTAINED:
            starts[" ".join(words[:MIN_CONTAINED])].append((index, words))
    found = set()
    for number, document in enumerate(documents):
        words = words_of(document)
        for i in range(len(words) - MIN_CONTAINED + 1):
            for index, sentence_words in starts.get(" ".join(words[i : i + MIN_CONTAINED]), ()):
                if words[i : i + len(sentence_words)] == sentence_words:
                    found.add((index, number))
    return sorted(found)
