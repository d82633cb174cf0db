"""Where a reader of an article is, and what is said of the sentence, the evidence and the other versions."""

from typing import Any

import pytest
from made_feedback import TEXT

from models.request import ScoreRequest
from service.dashboard.view_article import Place, heading, looked_at, pieces, place_of
from service.dashboard.view_sentences import Segment
from service.dashboard.view_votes import Asker
from service.dashboard.view_whole import evidence, targets, versions
from service.feedback.items import Judged


@pytest.fixture
def card(scorer: Any) -> dict[str, Any]:
    """Return a scorecard as the store gives it back."""
    told: dict[str, Any] = scorer.score(ScoreRequest(text=TEXT, title="A title", targets=("Ann",))).to_json()
    told |= {"id": "01", "day": "2026-11-20"}
    told["stance"] = [{**one, "position": place} for place, one in enumerate(told["stance"])]
    return told


def asker(card: dict[str, Any], text: str | None = TEXT) -> Asker:
    """Return what nobody in particular is asked about it."""
    return Asker(Judged("01", "02", card, text))


@pytest.mark.parametrize(
    ("signal", "sentence", "wanted"),
    [
        ("", "", Place("loaded_language", None)),
        ("opinion", "2", Place("opinion", 2)),
        ("morality", "3", Place("morality", 3)),
        ("frames", "4", Place("loaded_language", None)),
        ("<script>", "-1", Place("loaded_language", None)),
        ("opinion", "٢", Place("opinion", None)),
        ("opinion", "9" * 5000, Place("opinion", None)),
    ],
)
def test_where_a_reader_is(card: dict[str, Any], signal: str, sentence: str, wanted: Place) -> None:
    """An address names a signal and a sentence; what is none is the beginning, never a failure."""
    assert place_of(signal, sentence, card) == wanted


def test_a_sentence_is_looked_at(card: dict[str, Any]) -> None:
    """A sentence tells its words, its numbers with the chosen one strong, and its strongest frames."""
    found = looked_at(Place("morality", 2), asker(card))
    assert found
    assert (found.place, found.count, found.text) == (2, 3, "It is a shameful betrayal.")
    assert [bar.name for bar in found.numbers] == ["loaded_language", "opinion", "call_to_action", "morality"]
    assert [bar.name for bar in found.numbers if bar.strong] == ["morality"]
    assert len(found.frames) == 3
    assert looked_at(Place("opinion", None), asker(card)) is None
    bare = looked_at(Place("opinion", 2), asker(card, None))
    assert bare
    assert bare.text is None


def test_a_text_or_a_strip(card: dict[str, Any]) -> None:
    """A kept text is cut into its sentences; of one that is not kept there is a strip."""
    text, nothing = pieces(TEXT, card, "opinion")
    assert ("".join(one.text for one in text), nothing) == (TEXT, [])
    nothing_here, strip = pieces(None, card, "opinion")
    assert (nothing_here, [one.place for one in strip]) == ([], [1, 2, 3])


def test_a_title_has_a_score_of_its_own(card: dict[str, Any]) -> None:
    """The title stands apart with its score; without a kept title there is none."""
    score = card["sentences"][0]["opinion"]
    assert heading(card, "opinion") == Segment("A title", None, score)
    card["document"]["title"] = None
    assert heading(card, "opinion") is None


def test_evidence_leads_to_its_sentence(card: dict[str, Any]) -> None:
    """Spans come with the sentence that they lie in, those that moved most first, whichever way."""
    card["evidence"] = [
        {"head": "advocacy", "start": 0, "end": 3, "text": "The", "weight": 0.1},
        {"head": "advocacy", "start": 29, "end": 31, "text": None, "weight": -0.5},
    ]
    assert [(one.weight, one.place, one.text) for one in evidence(card)] == [(-0.5, 2, None), (0.1, 1, "The")]


@pytest.mark.parametrize(("name", "about"), [("Ann Lee", "Ann Lee"), (None, "target 1")])
def test_evidence_of_a_stance_names_its_target(card: dict[str, Any], name: str | None, about: str) -> None:
    """A span that moved a stance says towards whom, by the target's place where names are not kept."""
    span = {"head": "stance", "start": 0, "end": 3, "text": None, "weight": -0.2}
    card["stance"][0]["target"] = name
    card["evidence"] = [span | {"target": 0}, span | {"target": 7}, span]
    assert [one.about for one in evidence(card)] == [f"stance towards {about}", "stance", "stance"]


def test_targets_and_versions(card: dict[str, Any]) -> None:
    """A nameless target is told by its place; versions stand with the newest first, this one marked."""
    card["stance"][0]["target"] = None
    (target,) = targets(card, asker(card))
    assert (target.name, target.said, target.ask.about) == (None, "reads against", "stance towards target 1")
    other = {**card, "id": "02", "model": {**card["model"], "bundle": "b2"}}
    assert [(one.bundle, one.here) for one in versions(card, [other])] == [("b2", False), ("fake.1", True)]
