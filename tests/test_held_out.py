"""Held-out predictions beside a bundle: whole, of that bundle, and without any text."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from training.held_out import HeldOut, PredictionsRejected, load_held_out, oof_file, save_held_out


def made() -> HeldOut:
    """Return three predictions of a head with two profiles."""
    return HeldOut(
        "opinion", "binary", ("no", "yes"), np.array(["babe/1", "babe/2", "mbic/3"]),
        np.array(["publisher/a", "publisher/b", "publisher/c"]), np.array(["babe", "babe", "mbic"]),
        np.array(["corpora", "frozen", "feedback"]), np.array([0, 1, 1]),
        {p: np.array([[0.25], [0.5], [0.75]], np.float32) for p in ("fast", "accurate")},
        {p: np.array([0, 0, 1]) for p in ("fast", "accurate")},
    )  # fmt: skip


def same(one: HeldOut, other: HeldOut) -> bool:
    """Say whether two heads' predictions are the same in every field."""
    fields = ("keys", "units", "corpora", "parts", "truth")
    return (
        (one.head, one.kind, one.classes) == (other.head, other.kind, other.classes)
        and all(np.array_equal(getattr(one, name), getattr(other, name)) for name in fields)
        and all(np.array_equal(one.probabilities[p], other.probabilities[p]) for p in one.probabilities)
        and all(np.array_equal(one.decided[p], other.decided[p]) for p in one.decided)
    )


def test_comes_back_whole(tmp_path: Path) -> None:
    """What was saved beside a bundle is read back, and only for that bundle's sha256."""
    file = save_held_out(oof_file(tmp_path / "a.1"), "1" * 64, {"opinion": made()})
    assert file == tmp_path / "a.1-oof.npz"
    found = load_held_out(file, "1" * 64)
    assert list(found) == ["opinion"]
    assert same(found["opinion"], made())
    with pytest.raises(PredictionsRejected, match=r"^a\.1-oof\.npz is of another bundle of this version$"):
        load_held_out(file, "2" * 64)


def test_some_rows_can_be_taken() -> None:
    """By a mask or by numbers, every field follows."""
    part = made().take(np.array([2, 0]))
    assert part.keys.tolist() == ["mbic/3", "babe/1"]
    assert part.probabilities["fast"][:, 0].tolist() == [0.75, 0.25]
    assert len(made().take(made().parts == "frozen")) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "is missing"), (b"", "cannot be read"), (b"PK\3\4 no zip", "cannot be read")],
)
def test_a_file_that_is_none(tmp_path: Path, content: bytes | None, said: str) -> None:
    """A missing, empty or broken file is refused by its name."""
    if content is not None:
        (tmp_path / "a.1-oof.npz").write_bytes(content)
    with pytest.raises(PredictionsRejected, match=rf"^a\.1-oof\.npz {said}$"):
        load_held_out(tmp_path / "a.1-oof.npz", "1" * 64)


def test_pickles_are_not_read(tmp_path: Path) -> None:
    """An array of objects, which only a pickle can hold, is refused."""
    file = save_held_out(tmp_path / "a.1-oof.npz", "1" * 64, {"opinion": made()})
    evil = tmp_path / "evil.npy"
    np.save(evil, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    whole = tmp_path / "b.1-oof.npz"
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(whole, "w") as new:
        for name in old.namelist():
            new.writestr(name, evil.read_bytes() if name == "opinion.truth.npy" else old.read(name))
    with pytest.raises(PredictionsRejected, match="cannot be read"):
        load_held_out(whole, "1" * 64)
