"""The sentence encoder on ONNX Runtime: one document a call, so that neighbours cannot matter.

The graph is an int8 export of all-MiniLM-L6-v2 (see ``training/export.py``); int8 ranges are taken
from each batch, hence no batch ever holds sentences of two documents.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from models.home import slantwise_home

ENCODERS: Final = Path(__file__).parent / "encoders"
_SHA256: Final = re.compile("[0-9a-f]{64}")
DIMENSIONS: Final = 384
#: Tokens a window; the encoder was trained on at most 256.
MAX_TOKENS: Final = 254
#: Padded tokens a batch: keeps attention small and the worker's memory flat.
BATCH_TOKENS: Final = 2_048
#: sha256 of the word lists that an encoder may come with: all-MiniLM-L6-v2's, kept by fine-tuning.
TOKENIZERS: Final = ("6681992d43e581b35b3dd61f3c81ee0f891fbf13ad54f8b692ea868bd46b066b",)

Floats = NDArray[np.float32]


class EncoderRejected(ValueError):
    """The encoder's files are missing or not the ones that the bundle names."""


def local_encoders() -> Path:
    """Return the folder of the encoders that came to this machine with a bundle."""
    return slantwise_home() / "encoders"


def encoder_folder(sha256: str, homes: Sequence[Path] | None = None) -> Path:
    """Return where an encoder is stored: among the shipped ones, else among the local ones.

    Raises:
        EncoderRejected: it is in none of the folders, or this is no sha256.

    """
    if not _SHA256.fullmatch(sha256):
        raise EncoderRejected("the encoder is not named by a sha256")
    for home in (ENCODERS, local_encoders()) if homes is None else homes:
        if (home / sha256).is_dir():
            return home / sha256
    raise EncoderRejected(f"encoder file is missing: encoder.onnx of {sha256[:12]}")


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Encoded:
    """One sentence: its unit vectors, and on demand its token vectors with their offsets.

    ``vector`` is the mean of the last layer, ``middle`` that of a layer below those that are fine-tuned,
    each of shape (384,); an encoder that gives no middle has the last layer's there. ``tokens``, (n, 384),
    are of the last layer; ``offsets`` are (start, end) in the text given.
    """

    vector: Floats
    middle: Floats
    tokens: Floats
    offsets: tuple[tuple[int, int], ...]

    def span(self, start: int, end: int) -> Floats:
        """Return the unit mean of the token vectors that touch ``[start, end)``, shape (384,)."""
        touched = [i for i, (a, b) in enumerate(self.offsets) if a < end and b > start]
        return unit(self.tokens[touched].mean(axis=0)) if touched else self.vector


def unit(vectors: Floats) -> Floats:
    """Return vectors scaled to length one along the last axis; zeros stay zeros."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-9), dtype=np.float32)


class Encoder:
    """Sentences in, vectors out. Build it with :meth:`load`."""

    def __init__(self, session: Any, tokenizer: Tokenizer, sha256: str) -> None:
        self.session = session
        self.tokenizer = tokenizer
        self.sha256 = sha256

    @classmethod
    def load(cls, sha256: str, threads: int = 2, home: Path | None = None) -> "Encoder":
        """Open the encoder stored under its sha256, in ``home`` or where encoders are kept.

        Raises:
            EncoderRejected: when a file is missing or altered.

        """
        folder = encoder_folder(sha256, None if home is None else (home,))
        graph, words = folder / "encoder.onnx", folder / "tokenizer.json"
        for path in (graph, words):
            if not path.is_file():
                raise EncoderRejected(f"encoder file is missing: {path.name} of {sha256[:12]}")
        for path, known in ((graph, (sha256,)), (words, TOKENIZERS)):
            if file_sha256(path) not in known:
                raise EncoderRejected(f"encoder file is altered: {path.name} of {sha256[:12]}")
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # the arena keeps the largest text's memory for ever
        try:
            session = ort.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime has a class for each kind of wrong graph
            raise EncoderRejected(f"encoder.onnx cannot be opened: {type(error).__name__}") from None
        return cls(session, Tokenizer.from_file(str(words)), sha256)

    def encode(self, sentences: Sequence[str], check: Callable[[], None] = lambda: None) -> list[Encoded]:
        """Encode the sentences of one document, in order; ``check`` runs before every batch."""
        encodings = self.tokenizer.encode_batch(list(sentences))
        lengths = [max(1, len(encoding.ids) - 2) for encoding in encodings]
        windows = [(i, a) for i, length in enumerate(lengths) for a in range(0, length, MAX_TOKENS)]
        windows.sort(key=lambda w: (min(len(encodings[w[0]].ids) - w[1], MAX_TOKENS), w))
        parts: list[list[tuple[int, Floats, Floats]]] = [[] for _ in encodings]
        while windows:
            check()
            batch = _take_batch(windows, encodings)
            rows = [_window(encodings[i], a) for i, a in batch]
            for (i, a), layers in zip(batch, self._run(rows), strict=True):
                parts[i].append((a, *layers))
        return [_join(encoding, part) for encoding, part in zip(encodings, parts, strict=True)]

    def _run(self, rows: list[list[int]]) -> list[tuple[Floats, Floats]]:
        """Return the token vectors of one padded batch, last layer and middle, padding cut off."""
        length = max(map(len, rows))
        ids = np.zeros((len(rows), length), dtype=np.int64)
        mask = np.zeros_like(ids)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = row
            mask[number, : len(row)] = 1
        layers = self.session.run(None, {"input_ids": ids, "attention_mask": mask})
        last, middle = layers[0], layers[-1]
        return [(last[number, : len(row)], middle[number, : len(row)]) for number, row in enumerate(rows)]


def _window(encoding: Encoding, start: int) -> list[int]:
    """Return the ids of one window between [CLS] and [SEP]."""
    ids = encoding.ids
    return [ids[0], *ids[1:-1][start : start + MAX_TOKENS], ids[-1]]


def _take_batch(windows: list[tuple[int, int]], encodings: list[Encoding]) -> list[tuple[int, int]]:
    """Remove the longest windows that fit one batch and return them."""
    i, a = windows[-1]
    width = min(len(encodings[i].ids) - a, MAX_TOKENS + 2)
    size = max(1, BATCH_TOKENS // width)
    batch = windows[-size:]
    del windows[-size:]
    return batch


def _join(encoding: Encoding, parts: list[tuple[int, Floats, Floats]]) -> Encoded:
    """Put the windows of one sentence together; the vectors are means over all its tokens."""
    parts.sort(key=lambda part: part[0])
    last, middle = (np.concatenate([part[layer] for part in parts]).mean(axis=0) for layer in (1, 2))
    inner = np.concatenate([states[1:-1] for _, states, _ in parts])
    return Encoded(unit(last), unit(middle), inner, tuple(encoding.offsets[1:-1]))
