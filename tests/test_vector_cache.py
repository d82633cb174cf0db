"""The cache of vectors: what comes back, what it is called, and that an interrupted write leaves nothing."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from training.vector_cache import Half, VectorCache, cache_key


def test_rows_come_back_as_they_were_kept(tmp_path: Path) -> None:
    """Rows survive closing and opening; an unknown key gives None; a second put replaces."""
    path, rows = tmp_path / "new" / "vectors.sqlite", np.arange(8, dtype=np.float16).reshape(2, 4)
    cache = VectorCache(path, 4)
    cache.put([("a", rows), ("b", rows[:1])])
    cache.put([("b", rows[1:])])
    cache.close()
    again = VectorCache(path, 4)
    found = [again.get(key) for key in ("a", "b", "c")]
    again.close()
    assert found[2] is None
    np.testing.assert_array_equal(found[0], rows)
    np.testing.assert_array_equal(found[1], rows[1:])


def test_the_key_names_all_that_the_encoder_sees() -> None:
    """Sentences, where they are cut, the mention, the encoder and the version each change the key."""
    keys = [
        cache_key(["ab", "c"], None, "e", 1),
        cache_key(["a", "bc"], None, "e", 1),
        cache_key(["ab", "c"], (0, 0, 1), "e", 1),
        cache_key(["ab", "c"], None, "f", 1),
        cache_key(["ab", "c"], None, "e", 2),
        cache_key(["ab", "\ud800"], None, "e", 1),
    ]
    assert len(set(keys)) == len(keys)
    assert keys[0] == cache_key(("ab", "c"), None, "e", 1)


def test_a_broken_put_keeps_nothing(tmp_path: Path) -> None:
    """Where making an entry fails, none of the entries before it is kept."""

    def entries() -> Iterator[tuple[str, Half]]:
        yield "a", np.zeros((1, 4), np.float16)
        raise RuntimeError("interrupted")

    cache = VectorCache(tmp_path / "vectors.sqlite", 4)
    with pytest.raises(RuntimeError, match="interrupted"):
        cache.put(entries())
    assert cache.get("a") is None
    cache.close()
