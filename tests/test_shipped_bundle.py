"""What is shipped: small, whole, without personal data, with its corpora named."""

import json
import re
from pathlib import Path

import pytest

from models.bundle import SHIPPED, Bundle, load_bundle
from models.encoder import ENCODERS
from models.heads import VIEWS
from models.labels import ADVOCACY, DOCUMENT_SIGNALS, SENTENCE_SIGNALS
from models.scorer import Scorer

PATHS = sorted(path.parent for path in SHIPPED.glob("*/manifest.json"))
HEADS = {*SENTENCE_SIGNALS, *DOCUMENT_SIGNALS, ADVOCACY, "source_type", "stance"}
HEADS |= {"policy_frames", "story_frames"}


@pytest.fixture(scope="module", params=PATHS, ids=lambda path: path.name)
def bundle(request: pytest.FixtureRequest) -> Bundle:
    """Load each shipped bundle."""
    path: Path = request.param
    return load_bundle(path)


def test_there_is_one() -> None:
    """A clone has a bundle to serve."""
    assert PATHS


def test_self_test_passes(bundle: Bundle) -> None:
    """The reference texts of both profiles have the scores that they had when the bundle was made."""
    assert {entry["profile"] for entry in bundle.reference} == set(VIEWS)
    assert all(entry["scores"] for entry in bundle.reference)
    Scorer(bundle).self_test()


def test_heads(bundle: Bundle) -> None:
    """Every head is there, for every profile, and the manifest is named as its folder."""
    assert set(bundle.heads) == HEADS
    assert all(set(head.calibrations) == set(VIEWS) for head in bundle.heads.values())
    assert bundle.version == bundle.path.name


def test_size_and_kinds_of_files() -> None:
    """All that is shipped stays under 60 MB and holds neither pickle nor code."""
    files = [path for folder in (SHIPPED, ENCODERS) for path in folder.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 60_000_000
    assert {path.suffix for path in files} <= {".json", ".npz", ".md", ".onnx", ".svg"}


def test_vocabularies_hold_no_personal_data(bundle: Bundle) -> None:
    """A vocabulary holds lower-case words and marks: no run of digits, no address, no handle, no link."""
    allowed = re.compile(r"[<>]?(?:[a-z]+(?:'[a-z]+)?|[0!?])(?: (?:[a-z]+(?:'[a-z]+)?|[0!?]))?")
    for space in bundle.spaces.values():
        assert [gram for gram in space.vocabulary if not allowed.fullmatch(gram)] == []
        assert len(set(space.vocabulary)) == len(space.vocabulary)


def test_corpora_are_named(bundle: Bundle) -> None:
    """Manifest and card name every corpus with its licence and tier; none is for research only."""
    card = (bundle.path / "CARD.md").read_text("utf-8")
    licence = (bundle.path / "MODEL_LICENSE.md").read_text("utf-8")
    assert bundle.manifest["corpora"]
    for corpus in bundle.manifest["corpora"]:
        assert corpus["tier"] in ("own", "permissive", "unclear")
        assert f"| {corpus['name']} | {corpus['tier']} | {corpus['licence']} |" in card
        assert f"**{corpus['name']}**" in licence


def test_rules_can_fire(bundle: Bundle) -> None:
    """Thresholds and limits of abstention are inside the range where they decide something."""
    rules = bundle.manifest["unlike_training"]
    assert 0 < rules["known_words"] < 1
    assert 0 < rules["nearness"] < 1
    for head in bundle.heads.values():
        assert all(0 <= c.cut < 1 for c in head.calibrations.values())


def test_nothing_of_this_machine(bundle: Bundle) -> None:
    """No path of the machine that made a bundle is in it."""
    manifest = json.dumps(dict(bundle.manifest))
    assert not re.search(r"/(?:home|root|work|tmp|Users)/", manifest)
