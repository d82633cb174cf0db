"""The card of a bundle, and the gate's word on it."""

import json
import shutil
from pathlib import Path

import pytest
from fakes import FakeBundle
from made_published import ME, judge, publish_all

from models.pointer import newest_shipped
from models.publishing import rollback
from service.dashboard.view_gate import Compared, changes, gates
from service.dashboard.view_model import card_in_use, card_of, folder_of


def test_the_card_of_the_shipped_bundle() -> None:
    """A card tells heads with their samples and what is calibrated, corpora with licences, and the rules."""
    shipped = newest_shipped()
    card = card_of(shipped.name)
    assert card
    heads = {head.name: head for head in card.heads}
    assert (heads["call_to_action"].calibrated, heads["loaded_language"].calibrated) == (False, True)
    told = json.loads((shipped / "manifest.json").read_text("utf-8"))["training"]["source_type"]["samples"]
    assert (heads["source_type"].classes, heads["source_type"].samples) == (7, told)
    assert all(corpus.licence for corpus in card.corpora)
    assert {name for name, _ in card.rules} == {"thresholds", "abstention", "stance", "unlike_training"}
    assert card.report == shipped.parent / f"{shipped.name}-report"
    assert folder_of(shipped.name, None) == shipped


@pytest.mark.parametrize("version", ["", "..", "no.1", "../bundles", "x" * 65, "a/b", "<b>"])
def test_what_is_no_bundle_has_no_card(version: str) -> None:
    """A version that is none, or leads elsewhere, has no card."""
    assert card_of(version) is None


def test_a_bundle_that_says_little() -> None:
    """What a bundle does not say of itself is left open."""
    card = card_in_use(FakeBundle().card(), folder_of("fake.1", None))
    assert (card.folder, card.report, card.corpora, card.rules) == (None, None, (), ())
    assert [(head.name, head.calibrated, head.samples) for head in card.heads] == [("advocacy", False, None)]


@pytest.mark.slow
def test_gates_and_changes(bundles: Path, home: Path) -> None:
    """Each bundle has the gate's decision on these very files; the past is told from the newest on."""
    publish_all(bundles, "a.1", "b.1")
    rollback(None, ME)
    judge(home / "bundles" / "b.1", publish=False, reasons=["it fell"])
    told = {gate.bundle.version: gate for gate in gates()}
    assert (told["a.1"].said, told["a.1"].bundle.state) == (True, "current")
    assert (told["b.1"].said, told["b.1"].reasons) == (False, ("it fell",))
    assert told["a.1"].figures == (
        Compared("opinion.held_out.fast", "macro_f1", 0, 0.7, 0.72, None, None, None),
    )
    assert told[newest_shipped().name].said is None
    assert [(one.did, one.entry.bundle) for one in changes()[:2]] == [
        ("rolled back to", "a.1"), ("published", "b.1"),
    ]  # fmt: skip
    broken = {"current": "high", "candidate": 0.7}, {"current": 0.7, "candidate": None}, {"current": 0.7}, 5
    figures: dict[str, object] = {str(place): one for place, one in enumerate(broken)}
    figures["odd"] = {"current": 0.5, "candidate": 1, "n": "many", "difference": "big", "ci95": ["a", 1]}
    judge(home / "bundles" / "b.1", figures=figures)
    (again,) = [gate for gate in gates() if gate.bundle.version == "b.1"]
    assert again.figures == (Compared("odd", "", 0, 0.5, 1.0, None, None, None),)
    shutil.copy(bundles / "c.1" / "manifest.json", home / "bundles" / "a.1" / "manifest.json")
    (again,) = [gate for gate in gates() if gate.bundle.version == "a.1"]
    assert (again.said, bool(again.bundle.fault)) == (None, True)
