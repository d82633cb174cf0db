"""Bring samples to what the heads read, once: masked sentences and their vectors, cached on disk."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import joblib
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from models.clean import from_text
from models.document import Document
from models.encoder import DIMENSIONS, Encoder, Floats
from models.features import scorable
from models.home import slantwise_home
from models.typography import one_typography
from training.samples import Sample
from training.vector_cache import VectorCache, cache_key

CHUNK: Final = 64
#: Bump when cleaning or masking changes what the encoder reads.
VERSION: Final = 2
#: Where vectors are kept, in ``cache`` under SLANTWISE_HOME; those of feedback are apart.
CACHE: Final = "vectors.sqlite"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A sample with its scorable sentences and their vectors.

    ``vectors``, of the encoder's last layer, and ``middle`` have shape (sentences, 384); ``span`` says
    where a pair's target stands, as (sentence, start, end) in the masked text, and ``mention`` is its
    vector, (384,), zeros without one.
    """

    sample: Sample
    document: Document
    masked: tuple[str, ...]
    quoted: NDArray[np.bool_]
    vectors: Floats
    middle: Floats
    mention: Floats
    span: tuple[int, int, int] | None


@lru_cache(maxsize=1)
def _encoder(sha256: str) -> Encoder:
    return Encoder.load(sha256, threads=1)


def document_of(sample: Sample) -> Document:
    """Return the sample's Document, with its publisher's own names masked."""
    title = sample.title if sample.kind == "document" else None
    return from_text(sample.text, title, sample.publisher, sample.url)


def _encode_chunk(
    texts: list[list[str]], spans: list[tuple[int, int, int] | None], sha256: str
) -> list[NDArray[np.float16]]:
    """Return, per text, the vectors of its sentences, their middle ones, and the mention's (or zeros)."""
    encoder = _encoder(sha256)
    out = []
    for sentences, span in zip(texts, spans, strict=True):
        encoded = encoder.encode(sentences) if sentences else []
        mention = encoded[span[0]].span(span[1], span[2]) if span and encoded else np.zeros(DIMENSIONS)
        rows = [*(e.vector for e in encoded), *(e.middle for e in encoded), mention]
        out.append(np.array(rows, np.float16))
    return out


def mention_in(sentences: Sequence[str], sample: Sample) -> tuple[int, int, int] | None:
    """Return (sentence, start, end) of the target in the masked sentences, or None.

    A name that stands more than once is found as often before it as in the sample's own text, as far as
    masking left that many.
    """
    if sample.target is None:
        return None
    start, end = sample.target
    name = one_typography(sample.text[start:end]).strip()
    if not name:
        return None
    sought = re.compile(re.escape(name))
    before = len(sought.findall(one_typography(sample.text[:start])))
    places = [
        (number, *found.span()) for number, text in enumerate(sentences) for found in sought.finditer(text)
    ]
    return places[min(before, len(places) - 1)] if places else None


def prepare(
    samples: Sequence[Sample], encoder_sha256: str | None, jobs: int = 2, cache: str = CACHE
) -> list[Prepared]:
    """Return the samples prepared, in order; without an encoder all vectors are zero.

    Vectors are cached under SLANTWISE_HOME by what was encoded and by the encoder's sha256.
    """
    documents = joblib.Parallel(n_jobs=jobs, batch_size=64)(
        joblib.delayed(document_of)(sample) for sample in tqdm(samples, "reading", leave=False, disable=None)
    )
    parts = [scorable(document) for document in documents]
    texts = [[masked for masked, _ in part] for part in parts]
    spans = [mention_in(text, sample) for text, sample in zip(texts, samples, strict=True)]
    vectors = _vectors(texts, spans, encoder_sha256, jobs, cache)
    quoted = [np.array([q for _, q in part], bool) for part in parts]
    rows = zip(samples, documents, map(tuple, texts), quoted, vectors, spans, strict=True)
    return [
        Prepared(sample, document, text, quotes, last, middle, mention, span)
        for sample, document, text, quotes, (last, middle, mention), span in rows
    ]


def revectored(prepared: Sequence[Prepared], encoder_sha256: str, jobs: int = 2) -> list[Prepared]:
    """Return prepared samples with the vectors of another encoder, cached as those of :func:`prepare`."""
    texts, spans = [list(p.masked) for p in prepared], [p.span for p in prepared]
    found = _vectors(texts, spans, encoder_sha256, jobs, CACHE)
    return [
        replace(p, vectors=vectors, middle=middle, mention=mention)
        for p, (vectors, middle, mention) in zip(prepared, found, strict=True)
    ]


def _vectors(
    texts: list[list[str]], spans: list[tuple[int, int, int] | None], sha256: str | None, jobs: int,
    name: str,
) -> list[tuple[Floats, Floats, Floats]]:  # fmt: skip
    """Return the vectors of each text's sentences, their middle ones, and its mention's."""
    if sha256 is None:
        return [_layers(np.zeros((2 * len(text) + 1, DIMENSIONS), np.float16)) for text in texts]
    cache = VectorCache(slantwise_home() / "cache" / name, DIMENSIONS)
    keys = [cache_key(text, span, sha256, VERSION) for text, span in zip(texts, spans, strict=True)]
    missing = list({key: i for i, key in enumerate(keys) if cache.get(key) is None}.values())
    starts = range(0, len(missing), CHUNK)
    work = [missing[a : a + CHUNK] for a in starts]
    chunks = joblib.Parallel(n_jobs=jobs, return_as="generator")(
        joblib.delayed(_encode_chunk)([texts[i] for i in part], [spans[i] for i in part], sha256)
        for part in work
    )
    for part, rows in zip(
        tqdm(work, "encoding", leave=False, disable=None if work else True), chunks, strict=True
    ):
        cache.put((keys[i], block) for i, block in zip(part, rows, strict=True))
    blocks = [cache.get(key) for key in keys]
    cache.close()
    return [_layers(block) for block in blocks if block is not None]


def _layers(block: NDArray[np.float16]) -> tuple[Floats, Floats, Floats]:
    """Take a text's rows apart, as :func:`_encode_chunk` put them together."""
    rows, half = block.astype(np.float32), len(block) // 2
    return rows[:half], rows[half:-1], rows[-1]
