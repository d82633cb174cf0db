"""The second draw of sentences: for the train part only, and nothing like what is annotated."""

from training.annotate_join import CORPUS
from training.annotate_more import RARE, REASONS, WANTED, draw_more, unlike
from training.annotate_pool import candidates, units_for_test
from training.annotate_sentences import ENRICHED, SEED, Scores
from training.samples import Sample
from training.splits import unit_of

WORDS = (
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
    return f"The {WORDS[a]} {VERBS[b]} the {WORDS[c]}, and {VERBS[a]} what the {WORDS[b]} there {VERBS[c]}."


def documents(many: int) -> list[Sample]:
    """Return documents of three sentences each, of ten groups."""
    return [
        Sample(
            "horne2017",
            str(i),
            "document",
            " ".join(map(sentence, range(3 * i, 3 * i + 3))),
            {},
            f"g{i % 10}",
        )
        for i in range(many)
    ]


def score(sample: Sample) -> Scores:
    """Score a sentence by its length."""
    names = ("loaded_language", "opinion", "call_to_action", *(f"frame:{name}" for name in RARE))
    return {(c.start, c.end): dict.fromkeys(names, len(c.exact) % 9 / 9) for c in candidates(sample)}


def known(sample: Sample, number: int, part: str) -> Sample:
    """Return an annotated sentence of a document."""
    meta = {"document": sample.key, "annotation": part}
    return Sample(CORPUS, f"{sample.key}:{number}", "sentence", sentence(number), {}, sample.group, meta=meta)


def test_nothing_is_drawn_from_the_test_part_or_twice() -> None:
    """Test units, documents annotated for the test part and annotated sentences give none."""
    samples = documents(60)
    done = [known(samples[1], 4, "test"), known(samples[2], 6, "train")]
    graded = [
        {"corpus": "horne2017", "id": "5", "part": "test"},
        {"corpus": "horne2017", "id": "6", "part": "train"},
    ]
    found = draw_more(samples, done, graded, score, {"horne2017": 40})
    assert 20 < len(found) <= 40
    assert not {c.sample.id for c in found} & {"1", "5"}
    assert sentence(6) not in {c.exact for c in found}
    assert units_for_test(samples, SEED).isdisjoint(unit_of(c.sample) for c in found)
    assert {c.drawn for c in found} <= set(REASONS)
    assert found == draw_more(samples, done, graded, score, {"horne2017": 40})


def test_near_duplicates_fall_out() -> None:
    """Of sentences that are alike one stays, none where it is like one before."""
    found = [c for sample in documents(2) for c in candidates(sample)]
    assert unlike([sentence(0)], found) == found[1:]
    assert unlike([], [*found, *found]) == found


def test_what_is_drawn_is_known() -> None:
    """The corpora are those of the first draw; every second sentence is drawn as a call."""
    assert set(WANTED) <= set(ENRICHED)
    assert REASONS.count("call") * 2 == len(REASONS)
