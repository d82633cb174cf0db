"""Drawing sentences: what is prose, whose neighbours are shown, how the two parts are kept apart."""

import random
from collections import Counter
from dataclasses import replace

import pytest

from training.annotate_pool import (
    Candidate,
    candidates,
    evenly,
    in_test,
    is_prose,
    lonely_corpora,
    one_each,
    units_for_test,
    with_neighbours,
)
from training.annotate_sentences import (
    Barred,
    Plan,
    Scores,
    draw_sentences,
    enriched,
    may_be_drawn,
    worth,
)
from training.samples import Sample
from training.splits import unit_of

NOUNS = (
    "bridge",
    "harbour",
    "school",
    "market",
    "museum",
    "station",
    "library",
    "orchard",
    "tunnel",
    "ferry",
)
VERBS = ("crosses", "blocks", "feeds", "divides", "serves", "hides", "joins", "shades", "follows", "leaves")


def sentence(number: int) -> str:
    """Return one of a thousand sentences of which no two are alike."""
    a, b, c = number % 10, number // 10 % 10, number // 100 % 10
    first = f"The {NOUNS[a]} {VERBS[b]} the {NOUNS[c]}, and"
    return f"{first} {VERBS[a]} what the old {NOUNS[b]} of the town {VERBS[c]}."


def sample(corpus: str, name: str, group: str, text: str, **more: object) -> Sample:
    """Return a made sample: a document where it has several sentences."""
    kind = "document" if text.count(".") > 1 else "sentence"
    return Sample(corpus, name, kind, text, {}, group, **more)  # type: ignore[arg-type]


def corpus(name: str, groups: int, each: int, first: int, sentences: int = 3) -> list[Sample]:
    """Return a corpus of made documents."""
    rows = []
    for number in range(groups * each):
        start = first + number * sentences
        text = " ".join(sentence(i) for i in range(start, start + sentences))
        rows.append(sample(name, str(number), f"g{number % groups}", text))
    return rows


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The council met on Monday to talk.", True),
        ("The council met.", False),
        ("word " * 61, False),
        ("Home News Sport Weather Travel Contact", False),
        ("12 3 45 the 67 89 of 10 in 23-11", False),
    ],
)
def test_what_is_prose(text: str, expected: bool) -> None:
    """Prose has 5 to 60 words, mostly letters, and words in lower case; a menu or a table has not."""
    assert is_prose(text) is expected


def test_a_document_gives_its_sentences_with_their_neighbours() -> None:
    """Offsets point into the corpus' own text; a short sentence is a neighbour but no candidate."""
    text = f"Yes. {sentence(1)} {sentence(2)}"
    first, second = candidates(sample("allsides", "a", "g", text))
    assert (first.exact, first.before, first.after) == (sentence(1), "Yes.", sentence(2))
    assert (second.exact, second.before, second.after) == (sentence(2), sentence(1), "")


def test_a_sentence_corpus_is_annotated_whole() -> None:
    """A row of BABE with two sentences is one candidate, so that its own label is on the same words."""
    text = f"{sentence(3)} {sentence(4)}"
    (found,) = candidates(sample("babe", "a", "g", f"  {text} "))
    assert (found.exact, found.sentence) == (text, text)
    assert candidates(sample("babe", "b", "g", "Short.")) == []


def test_lines_of_ptc_get_the_lines_around_them() -> None:
    """The neighbours of a PTC line are the lines before and after it, over a blank line."""
    lines = {f"7:{n}": sample("ptc_semeval20", f"7:{n}", "7", sentence(n)) for n in (1, 3, 4)}
    (found,) = candidates(lines["7:3"])
    shown = with_neighbours(found, lines)
    assert (shown.before, shown.after) == (sentence(1), sentence(4))
    (other,) = candidates(sample("babe", "a", "g", sentence(5)))
    assert with_neighbours(other, lines) is other


def test_a_fifth_of_the_units_gives_the_test_part() -> None:
    """Units are the same over corpora, no big one is taken, and a lonely one is divided by documents."""
    samples = corpus("horne2017", 10, 2, 0) + corpus("masc", 1, 200, 100, 1)
    samples += [replace(s, corpus="persent", group="g0") for s in corpus("horne2017", 1, 30, 400, 1)]
    units = units_for_test(samples, seed=1)
    assert sum(unit.startswith("horne2017") for unit in units) == 2
    assert lonely_corpora(samples) == {"masc", "persent"}
    tested = [s for s in samples if s.corpus == "masc" and in_test(s, units, {"masc"}, 1)]
    assert 20 < len(tested) < 60
    assert {unit_of(s) for s in samples if s.corpus == "horne2017" and in_test(s, units, (), 1)} <= units


def test_the_draw_goes_round_units_and_topics() -> None:
    """A big unit or topic comes no earlier than the small ones."""
    many = [sample("c", f"a{i}", "big", "x", topic="war") for i in range(9)]
    many += [sample("c", "b", "big", "x", topic="peace"), sample("c", "c", "small", "x")]
    first = list(evenly(many, random.Random(0)))[:3]
    assert sorted(s.topic or s.group for s in first) == ["peace", "small", "war"]


def test_few_documents_give_several_sentences_each() -> None:
    """Every document gives one sentence before any gives two; nothing is drawn twice."""
    documents = corpus("allsides", 2, 1, 0)
    found = one_each(documents, 5, random.Random(0), candidates)
    assert Counter(c.sample.id for c in found[:2]) == {"0": 1, "1": 1}
    assert len({c.exact for c in found}) == 5
    assert len(one_each(documents, 9, random.Random(0), candidates)) == 6


def test_each_text_of_a_sentence_corpus_may_be_drawn_once() -> None:
    """What MBIC and BABE share is MBIC's; development parts, and corpora not in the plan, are kept back."""
    text = sentence(1)
    rows = [sample("babe", "a", "g", text), sample("mbic", "b", "g", text.upper())]
    rows += [sample("newsmtsc", str(split), "g", sentence(9), split=split) for split in ("rw_dev", "train")]
    rows += [sample("dse-directed-sentiment", "t", "g", sentence(8), split="test")]
    rows += [sample("frac-dev", "f", "g", sentence(7)), sample("argkp2021", "p", "g", sentence(6))]
    assert [s.key for s in may_be_drawn(rows)] == ["mbic/b", "newsmtsc/train"]


def score(one: Sample) -> Scores:
    """Score every sentence of a sample by its length."""
    return {
        (c.start, c.end): {
            "loaded_language": len(c.exact) % 10 / 10, "opinion": 0.5, "call_to_action": len(c.exact) % 7 / 7,
        }
        for c in candidates(one)
    }  # fmt: skip


def test_enriched_sentences_are_drawn_for_a_reason() -> None:
    """The highest calls, the least sure and the highest scores come in turn, two of a document at most."""
    found = enriched(corpus("allsides", 5, 1, 0, 4), 6, score, random.Random(0))
    assert [c.drawn for c in found] == ["call", "uncertain", "high"] * 2
    assert max(Counter(c.sample.id for c in found).values()) <= 3
    assert found[0].exact == max((c.exact for c in found), key=lambda text: len(text) % 7)
    assert enriched([], 3, score, random.Random(0)) == []


def test_what_a_score_is_worth() -> None:
    """Calls count by themselves, the higher of two scores, and how near the middle both are."""
    scores = {"loaded_language": 0.5, "opinion": 0.9, "call_to_action": 0.2}
    assert [worth(reason, scores) for reason in ("call", "high", "uncertain")] == [
        0.2,
        0.9,
        pytest.approx(-0.4),
    ]


def test_the_parts_share_no_unit_and_no_text() -> None:
    """Numbers hold for every corpus, units and near-duplicates are in one part, barred documents in none."""
    samples = corpus("horne2017", 20, 4, 0) + corpus("persent", 20, 4, 300)
    copies = [replace(s, corpus="persent", id=f"copy{s.id}") for s in corpus("horne2017", 20, 1, 0)]
    plan = Plan(test=4, natural=8, enriched={"horne2017": 6, "persent": 6}, seed=1)
    banned = {s.key for s in samples if s.id in {"3", "7"}}
    test, train = draw_sentences([*samples, *copies], score, plan, Barred(banned, banned))
    assert Counter(c.sample.corpus for c in test) == {"horne2017": 4, "persent": 4}
    assert Counter(c.sample.corpus for c in train) == {"horne2017": 14, "persent": 14}
    assert {c.unit for c in test}.isdisjoint(c.unit for c in train)
    assert len({c.exact for c in [*test, *train]}) == len([*test, *train])
    assert not banned & {c.sample.key for c in [*test, *train]}
    assert {c.drawn for c in test} == {"natural"}
    again, _ = draw_sentences([*samples, *copies], score, plan, Barred(banned, banned))
    assert again == test
    assert isinstance(test[0], Candidate)
