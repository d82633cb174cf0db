"""The shipped encoder: the same vectors for the same document, and no other file than the named one."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from models.encoder import DIMENSIONS, ENCODERS, Encoded, Encoder, EncoderRejected, unit

DOCUMENT = ["The ship stays in port.", "They left at noon.", "The harbour 😀 is closed."]
SHIPPED = sorted(path.parent.name for path in ENCODERS.glob("*/encoder.onnx"))


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """Return the shipped encoder."""
    return Encoder.load(SHIPPED[0])


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a folder that holds a copy of the shipped encoder."""
    shutil.copytree(ENCODERS / SHIPPED[0], tmp_path / SHIPPED[0])
    return tmp_path


def same(left: list[Encoded], right: list[Encoded]) -> None:
    """Assert that two answers are equal to the last bit."""
    for one, other in zip(left, right, strict=True):
        assert_array_equal(one.vector, other.vector)
        assert_array_equal(one.tokens, other.tokens)
        assert one.offsets == other.offsets


def test_vectors(encoder: Encoder) -> None:
    """Each sentence has a unit vector, and a token vector for each stretch of its text."""
    encoded = encoder.encode(DOCUMENT)
    assert [e.vector.shape for e in encoded] == [(DIMENSIONS,)] * 3
    assert [e.tokens.shape for e in encoded] == [(len(e.offsets), DIMENSIONS) for e in encoded]
    assert [float(np.linalg.norm(e.vector)) for e in encoded] == pytest.approx([1, 1, 1], abs=1e-5)
    assert [DOCUMENT[1][a:b] for a, b in encoded[1].offsets] == ["They", "left", "at", "noon", "."]


def test_meaning(encoder: Encoder) -> None:
    """Sentences of one meaning lie closer together than those of two."""
    one, same_meaning, other = encoder.encode(
        ["The ship stays in port.", "The vessel remains in the harbour.", "Taxes on bread will rise."]
    )
    assert one.vector @ same_meaning.vector > 0.6 > 0.3 > one.vector @ other.vector


def test_other_documents_do_not_matter(encoder: Encoder) -> None:
    """A document gives the same bits whatever was encoded before it, and with any number of threads."""
    before = encoder.encode(DOCUMENT)
    encoder.encode(["Another document altogether. " * 50, "!"])
    same(encoder.encode(DOCUMENT), before)
    same(Encoder.load(SHIPPED[0], threads=1).encode(DOCUMENT), before)


def test_long_sentences_are_read_whole(encoder: Encoder) -> None:
    """A sentence longer than a window is read in windows: its end counts."""
    long = "The ship stays in port . " * 100
    plain, changed = encoder.encode([long]), encoder.encode([long + "Taxes will rise."])
    assert plain[0].tokens.shape == (600, DIMENSIONS)
    assert [long[a:b] for a, b in plain[0].offsets] == long.split()
    assert not np.array_equal(plain[0].vector, changed[0].vector)


def test_spans(encoder: Encoder) -> None:
    """A span has the unit mean of the tokens that it touches, or the sentence's vector without any."""
    (one,) = encoder.encode(DOCUMENT[:1])
    assert_array_equal(one.span(4, 8), unit(one.tokens[1]))
    assert_array_equal(one.span(5, 14), unit(one.tokens[1:3].mean(axis=0)))
    assert_array_equal(one.span(90, 99), one.vector)


def test_nothing_to_encode(encoder: Encoder) -> None:
    """No sentences give no vectors; an empty one has a vector and no tokens."""
    assert encoder.encode([]) == []
    (empty,) = encoder.encode([""])
    assert (empty.vector.shape, empty.tokens.shape, empty.offsets) == ((DIMENSIONS,), (0, DIMENSIONS), ())


def test_check_runs_between_batches(encoder: Encoder) -> None:
    """What the check raises stops the work before the next batch."""
    seen: list[int] = []

    def check() -> None:
        seen.append(1)
        if len(seen) == 2:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        encoder.encode(["ship " * 250] * 20, check)
    assert len(seen) == 2


@pytest.mark.parametrize("name", ["encoder.onnx", "tokenizer.json"])
def test_an_altered_file_is_refused(copy: Path, name: str) -> None:
    """A file with one more byte, or cut short, or gone, is refused by name."""
    file = copy / SHIPPED[0] / name
    whole = file.read_bytes()
    for wrong in (whole + b"\n", whole[:-100], b""):
        file.write_bytes(wrong)
        with pytest.raises(EncoderRejected, match=f"^encoder file is altered: {name} of {SHIPPED[0][:12]}$"):
            Encoder.load(SHIPPED[0], home=copy)
    file.unlink()
    with pytest.raises(EncoderRejected, match=f"^encoder file is missing: {name} of {SHIPPED[0][:12]}$"):
        Encoder.load(SHIPPED[0], home=copy)


def test_unit_of_zeros() -> None:
    """Zeros stay zeros."""
    assert_array_equal(unit(np.zeros((2, 3), np.float32)), np.zeros((2, 3), np.float32))


@pytest.mark.training
@pytest.mark.filterwarnings("ignore")  # the tracer has many, none of them ours
def test_export_is_close_to_the_original(tmp_path: Path) -> None:
    """An export made here loads under its sha256, and its vectors are near those of the fp32 model."""
    import torch
    from transformers import AutoModel

    from training.export import export_encoder, weights_folder

    model = AutoModel.from_pretrained(weights_folder()).eval()
    encoder = Encoder.load(export_encoder(tmp_path), home=tmp_path)
    for sentence, ours in zip(DOCUMENT, encoder.encode(DOCUMENT), strict=True):
        ids = torch.tensor([encoder.tokenizer.encode(sentence).ids])
        with torch.no_grad():
            theirs = unit(model(input_ids=ids).last_hidden_state[0].mean(dim=0).numpy())
        assert ours.vector @ theirs > 0.97
