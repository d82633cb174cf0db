"""The reference beside a bundle: read back whole, or refused by name."""

import json
from pathlib import Path

import pytest

from models.observed import Observed, Summary
from models.reference_file import (
    NoReference,
    Profile,
    Spread,
    read_reference,
    reference_file,
    write_reference,
)

SUMMARY = Summary.of([Observed({"advocacy": 0.5}, {"source_type": "satire"}, ("moral",))])
PART = Profile(SUMMARY, Spread(2, {"advocacy": 0.1}, {"advocacy": 0.3}), {"satire": Spread(0, {}, {})})


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """Write the reference of a bundle x.1."""
    write_reference(tmp_path / "x.1", "a" * 64, {"fast": PART}, {"texts": 1})
    return tmp_path / "x.1"


def test_it_comes_back(bundle: Path) -> None:
    """What was written beside the bundle is read."""
    (found,) = read_reference(bundle, "a" * 64).values()
    assert reference_file(bundle).name == "x.1-reference.json"
    assert found.to_json() == PART.to_json()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": 2}, "x.1-reference.json has not the form slantwise-reference 1"),
        ({"sha256": "b" * 64}, "x.1-reference.json is of another bundle of this version"),
        ({"profiles": {"fast": {}}}, "x.1-reference.json cannot be read"),
        ({"profiles": [1]}, "x.1-reference.json cannot be read"),
    ],
)
def test_another_file_is_refused(bundle: Path, change: dict[str, object], said: str) -> None:
    """Another version, bundle or form is named."""
    file = reference_file(bundle)
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(NoReference) as refused:
        read_reference(bundle, "a" * 64)
    assert str(refused.value) == said


@pytest.mark.parametrize("content", [None, b"", b"[]", b"\xff", b'{"format": '])
def test_no_file_is_no_reference(bundle: Path, content: bytes | None) -> None:
    """A file that is missing, cut or no JSON is no reference."""
    file = reference_file(bundle)
    file.unlink() if content is None else file.write_bytes(content)
    with pytest.raises(NoReference):
        read_reference(bundle, "a" * 64)
