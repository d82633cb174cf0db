"""The contract of a scorecard, on a small bundle with every head and the real encoder."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from bundles import loaded
from click.testing import CliRunner

from models.bundle import BundleRejected
from models.request import DeadlineExceeded, ScoreRequest, UnscorableInput
from models.scorecard import Scorecard
from models.scorer import Scorer
from service import loading
from service.app import create_app
from service.commands import score
from service.settings import Settings

REPORT = (
    "The council of Port Ellery met on Monday and read the budget. The mayor said that the ferries "
    "will run until March, and that every party had seen the report. Nora Quist praised the nurses, "
    "who saved many lives. Aldo Brandt said that some people still fear what comes after the vote. "
    "The city has two boats, and most of the people who live on the islands take one of them to work "
    "or to school."
)
PLEA = (
    "Aldo Brandt betrayed this shameful city and we must all act now! "
    "Some people still fear what comes after the vote, but we must act now!"
)
FILLER = "The council said on Monday that the new budget of the city will be read in March. "


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    """Return a scorer over a small bundle."""
    return Scorer(loaded(tmp_path_factory.mktemp("bundles") / "tiny.1"), threads=2)


def card(scorer: Scorer, text: str = REPORT, **fields: Any) -> Scorecard:
    """Score a text, fast unless told otherwise."""
    return scorer.score(ScoreRequest(**{"text": text, "profile": "fast", **fields}))


def timeless(made: Scorecard) -> dict[str, Any]:
    """Return a scorecard as JSON without its time."""
    return {key: value for key, value in made.to_json().items() if key != "created_at"}


@pytest.mark.parametrize("profile", ["fast", "accurate"])
def test_a_whole_card(scorer: Scorer, profile: str) -> None:
    """An English article has every number in [0, 1], and names the bundle that made them."""
    made = card(scorer, profile=profile)
    assert (made.id, made.model.bundle, made.model.profile) == (None, "tiny.1", profile)
    assert (made.document.language, made.document.words, made.document.scored_share) == (
        "en", len(REPORT.split()), 1.0,
    )  # fmt: skip
    sentences = [n for s in made.sentences for n in (s.loaded_language, s.opinion, s.call_to_action)]
    whole = [made.advocacy.score, *made.advocacy.signals.values(), *made.source_type.scores.values()]
    numbers = [*whole, *sentences, *(frame.score for frame in made.frames)]
    assert all(number is not None and 0 <= number <= 1 for number in numbers)
    assert (made.advocacy.abstained, made.source_type.abstained, len(made.frames)) == (False, False, 19)
    assert sum(made.source_type.scores.values()) == pytest.approx(1, abs=1e-5)  # type: ignore[arg-type]
    assert {one.target for one in made.stance} == set()


@pytest.mark.parametrize("profile", ["fast", "accurate"])
def test_same_text_same_json(scorer: Scorer, profile: str) -> None:
    """A text gives the same JSON twice, and in a batch among others."""
    requests = [
        ScoreRequest(text=t, profile=profile, targets=("Aldo Brandt",))  # type: ignore[arg-type]
        for t in (PLEA, REPORT, FILLER * 30)
    ]
    alone = [timeless(scorer.score(request)) for request in requests]
    assert [timeless(made) for made in scorer.score_many(requests)] == alone


def test_command_line_equals_http(scorer: Scorer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line gives the JSON that HTTP gives, of the same real scorer."""
    monkeypatch.setattr(loading, "load_scorer", lambda settings: scorer)
    body = {
        "text": REPORT,
        "title": "Ferries will run",
        "targets": ["Nora Quist"],
        "profile": "accurate",
        "store": "none",
    }
    http = create_app(Settings(), scorer).test_client().post("/v1/score", json=body).get_json()
    line = json.loads(CliRunner().invoke(score, ["-"], input=json.dumps(body)).stdout)
    del http["created_at"], line["created_at"]
    assert line == http


@pytest.mark.parametrize(
    "text",
    [
        REPORT,
        "😀😀 " + REPORT.replace(". ", ". 👩‍👩‍👧 "),
        REPORT.replace(" ", "\u00a0\u2003").replace(". ", ".\r\n\r\n"),
        "\n\n  " + PLEA + "\u2028" + "e\u0301te\u0301 " + REPORT,
    ],
)
def test_offsets_point_into_the_callers_text(scorer: Scorer, text: str) -> None:
    """Offsets of sentences and evidence cut the very words out of the text, emoji and odd spaces included."""
    made = card(scorer, text)
    spans = [(s.start, s.end) for s in made.sentences]
    assert spans == sorted(spans)  # type: ignore[type-var]
    for start, end in spans:
        piece = text[start:end]
        assert piece
        assert piece == piece.strip()
    assert "".join("".join(text[a:b] for a, b in spans).split()) == "".join(text.split())
    assert made.evidence
    assert all(text[one.start : one.end] == one.text for one in made.evidence)


def test_title_is_a_sentence_without_offsets(scorer: Scorer) -> None:
    """The title comes first, without offsets, moves no offset and is never evidence."""
    plain, titled = card(scorer), card(scorer, title=PLEA)
    assert (titled.sentences[0].start, titled.sentences[0].end) == (None, None)
    assert titled.sentences[1:] == plain.sentences
    assert titled.document.title == PLEA
    assert all(REPORT[one.start : one.end] == one.text for one in titled.evidence)


@pytest.mark.parametrize("title", [None, "Aldo Brandt betrayed everybody."])
def test_mentions_are_evidence_of_a_stance(scorer: Scorer, title: str | None) -> None:
    """The weights of a target's sentences are its scores in favour less against, mention by mention."""
    made = card(scorer, PLEA + " " + REPORT, title=title, targets=("Nora Quist", "Aldo Brandt", "Nobody"))
    shown: dict[int | None, list[Any]] = {}
    for one in made.evidence:
        shown.setdefault(one.target, []).append(one)
    assert {one.head for one in shown.pop(None)} == {"advocacy"}
    assert 2 not in shown  # nobody is not mentioned
    for place, spans in shown.items():
        target = made.stance[place or 0]
        assert {one.head for one in spans} == {"stance"}
        assert all(target.target.split()[-1] in one.text for one in spans)
        assert [abs(one.weight) for one in spans] == sorted((abs(one.weight) for one in spans), reverse=True)
    brandt, favour = made.stance[1], made.stance[1].scores
    assert brandt.mentions == (3 if title else 2)
    if title is None:  # else a part of it belongs to the title, which has no place to show
        assert sum(one.weight for one in shown[1]) == pytest.approx(
            (favour["favour"] or 0) - (favour["against"] or 0), abs=1e-5
        )


def test_html_gives_its_text(scorer: Scorer) -> None:
    """Of HTML the card carries the extracted text, and offsets point into it."""
    html = (
        "<html><body><article>" + "".join(f"<p>{p}</p>" for p in (REPORT, PLEA)) + "</article></body></html>"
    )
    made = card(scorer, text=None, html=html)  # type: ignore[arg-type]
    text = made.document.text
    assert text is not None
    assert REPORT in text
    assert text[slice(made.sentences[0].start, made.sentences[0].end)] == REPORT.split(". ")[0] + "."
    assert "text" not in card(scorer).to_json()["document"]


FRENCH = "Le conseil de la ville s'est réuni lundi soir pour parler du budget de l'année prochaine. " * 8
CODE = "for (int i = 0; i < n; ++i) { sum[i] += a[i] * b[i]; if (sum[i] > max) { max = sum[i]; } }\n" * 20
LIST = (
    "Apples 3 kg\nFlour 2 kg\nSugar 500 g\nEggs 12\nButter 250 g\nSalt\nPepper\nMilk 2 l\nRice 1 kg\nTea\n"
    * 12
)
GIBBERISH = "blorf snigle trunk wexit plam dorvic yastle quome birtan folsk green marvet. " * 12


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("No.", {"too_short", "language"}),
        ("Ferries must stay!", {"too_short"}),
        (PLEA, {"too_short"}),
        ("😀😀😀", {"too_short", "language"}),
        ("12345 67890 " * 50, {"language"}),
        (FRENCH, {"language"}),
        (CODE, {"not_prose", "language"}),
        (LIST, {"not_prose", "language"}),
        (GIBBERISH, {"not_prose", "language"}),
        ("x" * 60_000, {"too_short", "language"}),
    ],
)
def test_what_cannot_be_scored(scorer: Scorer, text: str, reasons: set[str]) -> None:
    """What is too short, not English or no prose has no numbers and no label, and says why."""
    made = card(scorer, text)
    assert made.advocacy.reason in reasons
    assert made.source_type.reason == made.advocacy.reason
    assert (made.advocacy.score, made.advocacy.label, made.advocacy.abstained) == (None, None, True)
    assert {*made.source_type.scores.values(), *made.advocacy.signals.values()} == {None}
    assert {frame.score for frame in made.frames if frame.kind == "story"} == {None}
    if made.advocacy.reason != "too_short":
        assert {frame.score for frame in made.frames} == {None}
        assert made.evidence == ()


@pytest.mark.parametrize("text", ["", " \n\u00a0", "a\0b", "a\ud800b"])
def test_unreadable_text(scorer: Scorer, text: str) -> None:
    """Blank text, NUL and lone surrogates are refused."""
    with pytest.raises(UnscorableInput):
        card(scorer, text)


def test_single_sentence_has_signals_and_frames(scorer: Scorer) -> None:
    """One sentence is scored as a sentence though the document heads abstain."""
    made = card(scorer, "The mayor betrayed this shameful city and we must all act now!")
    assert None not in (made.sentences[0].loaded_language, made.frames[0].score)


def test_only_english_is_scored(scorer: Scorer) -> None:
    """Sentences in another language have no numbers; the share that was scored is told."""
    made = card(scorer, REPORT + "\n\n" + FRENCH[:179])
    assert made.document.language == "en"
    assert 0.5 < made.document.scored_share < 1
    assert made.sentences[-1].opinion is None
    assert any("is not English" in warning for warning in made.warnings)
    assert card(scorer, FRENCH).document.words == len(FRENCH.split())


@pytest.mark.parametrize("profile", ["fast", "accurate"])
def test_stance_goes_with_its_target(scorer: Scorer, profile: str) -> None:
    """In one text two targets have their own scores, and a target not mentioned has none."""
    made = card(scorer, targets=("Nora Quist", "Aldo Brandt", "Ida Moe"), profile=profile)
    quist, brandt, moe = made.stance
    assert [one.mentions for one in made.stance] == [1, 1, 0]
    assert quist.scores != brandt.scores
    assert (moe.abstained, moe.reason, set(moe.scores.values())) == (True, "too_short", {None})
    swapped = (
        REPORT.replace("Nora Quist", "X Y").replace("Aldo Brandt", "Nora Quist").replace("X Y", "Aldo Brandt")
    )
    again = card(scorer, swapped, targets=("Nora Quist",), profile=profile).stance[0]
    assert again.scores != quist.scores
    if profile == "fast":  # the encoder reads the name, too
        assert again.scores == brandt.scores


@pytest.mark.parametrize("profile", ["fast", "accurate"])
def test_the_end_of_a_long_text_is_read(scorer: Scorer, profile: str) -> None:
    """An opinion at the end of 5,000 words has its own scores there, and all of it is scored."""
    plain, argued = (card(scorer, FILLER * 310 + "\n\n" + end, profile=profile) for end in (FILLER, PLEA))
    assert plain.document.words > 5_000
    assert argued.document.scored_share == 1.0
    assert argued.sentences[-2:] != plain.sentences[-2:]
    assert argued.sentences[-1].opinion != argued.sentences[0].opinion
    assert argued.advocacy.signals != plain.advocacy.signals


@pytest.mark.parametrize("profile", ["fast", "accurate"])
def test_a_text_without_spaces(scorer: Scorer, profile: str) -> None:
    """60,000 characters without a space are read in pieces, in good time."""
    began = time.perf_counter()
    made = card(scorer, "The" + "Council" * 8_571, profile=profile)
    assert made.sentences[-1].end == 60_000
    assert time.perf_counter() - began < 20


def test_deadline(scorer: Scorer) -> None:
    """A request whose time is over is stopped."""
    with pytest.raises(DeadlineExceeded):
        card(scorer, FILLER * 300, deadline=time.monotonic() - 1)
    began = time.monotonic()
    with pytest.raises(DeadlineExceeded):
        card(scorer, FILLER * 1_000, deadline=time.monotonic() + 0.2, profile="accurate")
    assert time.monotonic() - began < 5


def test_unknown_profile(scorer: Scorer) -> None:
    """A profile that does not exist is refused by name."""
    with pytest.raises(UnscorableInput, match="slow"):
        card(scorer, profile="slow")


@pytest.mark.parametrize("profile", ["fast", "accurate"])
def test_the_publishers_name_moves_nothing(scorer: Scorer, profile: str) -> None:
    """Another publisher's name, given and in the text, leaves every score as it was."""
    made = [
        card(scorer, REPORT.replace("The council", f"The {name} learned that the council", 1),
             publisher=name, profile=profile)
        for name in ("Reuters", "Breitbart", "Ellery Courant")
    ]  # fmt: skip
    assert len({one.advocacy.score for one in made}) == 1
    assert len({tuple(one.source_type.scores.values()) for one in made}) == 1


def test_self_test(tmp_path: Path) -> None:
    """Reference scores that do not come back, or are not there, refuse the bundle."""
    text = {"text": REPORT, "profile": "fast"}
    first = Scorer(loaded(tmp_path / "a", reference=[{**text, "scores": {}}]))
    first.self_test()
    truth = first.score(ScoreRequest(**text)).advocacy.score  # type: ignore[arg-type]
    Scorer(loaded(tmp_path / "b", reference=[{**text, "scores": {"advocacy": truth}}])).self_test()
    for number, scores in enumerate(({"advocacy": truth - 0.02}, {"no.such": 0.5})):  # type: ignore[operator]
        with pytest.raises(BundleRejected, match=r"reference\.json expects"):
            Scorer(loaded(tmp_path / f"c{number}", reference=[{**text, "scores": scores}])).self_test()


def test_missing_encoder(tmp_path: Path) -> None:
    """A bundle whose encoder is not there is refused by name."""
    with pytest.raises(BundleRejected, match=r"encoder\.onnx"):
        Scorer(loaded(tmp_path / "a", encoder="0" * 64))


def test_the_share_of_known_words_is_known_and_not_answered(scorer: Scorer) -> None:
    """It lies between nought and one, falls with invented words, and stands in no JSON."""
    plain, odd = card(scorer), card(scorer, REPORT + " Zorblax quibbered the frandle." * 5)
    assert plain.document.known_words is not None
    assert odd.document.known_words is not None
    assert 0 < odd.document.known_words < plain.document.known_words <= 1
    assert "known_words" not in plain.to_json()["document"]
