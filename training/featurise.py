"""Bring samples to what the heads read, once: masked sentences and their vectors, cached on disk."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import joblib
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from models.clean import from_text
from models.document import Document
from models.encoder import DIMENSIONS, Encoder, Floats
from models.home import slantwise_home
from training.samples import Sample

CHUNK: Final = 64
#: Bump when cleaning or masking changes what the encoder reads.
VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Prepared:
    """A sample with its scorable sentences and their vectors.

    ``vectors`` has shape (sentences, 384), ``mention`` (384,) for pairs, zeros otherwise.
    """

    sample: Sample
    document: Document
    masked: tuple[str, ...]
    quoted: NDArray[np.bool_]
    vectors: Floats
    mention: Floats


@lru_cache(maxsize=1)
def _encoder(sha256: str) -> Encoder:
    return Encoder.load(sha256, threads=1)


def document_of(sample: Sample) -> Document:
    """Return the sample's Document, with its publisher's own names masked."""
    title = sample.title if sample.kind == "document" else None
    return from_text(sample.text, title, sample.publisher, sample.url)


def scorable(document: Document) -> list[tuple[str, bool]]:
    """Return (masked text, quoted) of the English sentences, the title first."""
    sentences = [document.title] if document.title else []
    sentences += document.sentences
    return [(s.masked, s.quoted) for s in sentences if s.english and s.masked]


def _encode_chunk(
    texts: list[list[str]], spans: list[tuple[int, int, int] | None], sha256: str, version: int
) -> tuple[NDArray[np.float16], NDArray[np.float16]]:
    """Return all sentence vectors of a chunk, one below the other, and one mention vector a sample."""
    encoder = _encoder(sha256)
    rows, mentions = [], np.zeros((len(texts), DIMENSIONS), np.float16)
    for number, (sentences, span) in enumerate(zip(texts, spans, strict=True)):
        encoded = encoder.encode(sentences) if sentences else []
        rows += [e.vector for e in encoded]
        if span is not None and encoded:
            mentions[number] = encoded[span[0]].span(span[1], span[2])
    return np.array(rows, np.float16).reshape(-1, DIMENSIONS), mentions


def mention_in(sentences: Sequence[str], sample: Sample) -> tuple[int, int, int] | None:
    """Return (sentence, start, end) of the target in the masked sentences, or None."""
    if sample.target is None:
        return None
    name = sample.text[slice(*sample.target)]
    for number, sentence in enumerate(sentences):
        at = sentence.find(name)
        if at >= 0:
            return number, at, at + len(name)
    return None


def prepare(samples: Sequence[Sample], encoder_sha256: str | None, jobs: int = 2) -> list[Prepared]:
    """Return the samples prepared, in order; without an encoder all vectors are zero.

    Vectors are cached under SLANTWISE_HOME by what was encoded and by the encoder's sha256.
    """
    documents = joblib.Parallel(n_jobs=jobs, batch_size=64)(
        joblib.delayed(document_of)(sample) for sample in tqdm(samples, "reading", leave=False)
    )
    parts = [scorable(document) for document in documents]
    texts = [[masked for masked, _ in part] for part in parts]
    vectors, mentions = _vectors(samples, texts, encoder_sha256, jobs)
    return [
        Prepared(sample, document, tuple(text), np.array([q for _, q in part], bool), rows, mention)
        for sample, document, part, text, rows, mention in zip(
            samples, documents, parts, texts, vectors, mentions, strict=True
        )
    ]


def _vectors(
    samples: Sequence[Sample], texts: list[list[str]], sha256: str | None, jobs: int
) -> tuple[list[Floats], Floats]:
    if sha256 is None:
        zeros = [np.zeros((len(text), DIMENSIONS), np.float32) for text in texts]
        return zeros, np.zeros((len(texts), DIMENSIONS), np.float32)
    memory = joblib.Memory(slantwise_home() / "cache", verbose=0)
    encode = memory.cache(_encode_chunk)
    spans = [mention_in(text, sample) for text, sample in zip(texts, samples, strict=True)]
    starts = range(0, len(texts), CHUNK)
    chunks = joblib.Parallel(n_jobs=jobs, return_as="generator")(
        joblib.delayed(encode)(texts[a : a + CHUNK], spans[a : a + CHUNK], sha256, VERSION) for a in starts
    )
    rows: list[Floats] = []
    mentions = []
    for start, (block, found) in zip(tqdm(starts, "encoding", leave=False), chunks, strict=True):
        edges = np.cumsum([len(text) for text in texts[start : start + CHUNK]])[:-1]
        rows += [part.astype(np.float32) for part in np.split(block, edges)]
        mentions.append(found.astype(np.float32))
    return rows, np.concatenate(mentions) if mentions else np.zeros((0, DIMENSIONS), np.float32)
