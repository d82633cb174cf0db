"""Which figures are asked for: head, corpus, rows and protocol, by the names that issues use."""

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from typing import Final

from models.labels import ADVOCACY
from training.article_sentences import CORPUS as ARTICLE_SENTENCES
from training.article_sentences import is_clean
from training.document_stance import CORPUS as DOCUMENT_STANCE
from training.question import Question
from training.samples import Sample


def _of(*corpora: str) -> Callable[[Sample], bool]:
    return lambda sample: sample.corpus in corpora


def _annotated_test(sample: Sample) -> bool:
    return sample.meta.get("annotation") == "test"


def _of_part(parts: Collection[str], sample: Sample) -> bool:
    return sample.corpus == "newsmtsc" and sample.split in parts


def _real(sample: Sample) -> bool:
    return sample.corpus != "seed"


def _sentence_questions(tier: str) -> list[Question]:
    corpora = ["babe", "mbic"] if tier == "research" else ["mbic"]
    out = []
    for head in ("loaded_language", "opinion"):
        for corpus in corpora:
            out += [
                Question(head, corpus, "random", "random", _of(corpus)),
                Question(head, corpus, "groups", "outlets_held_out", _of(corpus)),
                Question(head, corpus, "corpora", "corpora_held_out", _of(corpus)),
            ]
    for head in ("loaded_language", "opinion", "call_to_action", "policy_frames"):
        out += [
            Question(head, "annotations", "groups", "test", _annotated_test),
            Question(head, "annotations", "random", "random", _annotated_test),
        ]
        if head in ("loaded_language", "opinion"):
            out.append(Question(head, "annotations", "corpora", "corpora_held_out", _annotated_test))
    apart = _of(ARTICLE_SENTENCES)
    out.append(Question("opinion", "allsides_sentences", "corpora", "corpora_held_out", apart))
    if tier == "research":
        both = _of("babe", "mbic")
        out.append(Question("loaded_language", "babe_mbic", "corpora", "corpora_held_out", both))
        out.append(Question("loaded_language", "ptc", "once", "corpora_held_out", _of("ptc_semeval20")))
    return out


def _document_questions(tier: str) -> list[Question]:
    hyper, allsides, narrative = _of("hyperpartisan_semeval19"), _of("allsides"), _of("narrative-frames")
    every = "all" if tier == "research" else "shipped_corpora"
    return [
        Question("partisan", "hyperpartisan", "random", "random", hyper),
        Question("partisan", "hyperpartisan", "groups", "domains_held_out", hyper),
        Question("opinion_article", "allsides", "random", "random", allsides),
        Question("opinion_article", "allsides", "groups", "hosts_held_out", allsides),
        Question("opinion_article", "allsides_clean", "random", "random", is_clean),
        Question("opinion_article", "allsides_clean", "groups", "hosts_held_out", is_clean),
        Question("source_type", every, "random", "random", _real),
        Question("source_type", every, "groups", "publishers_held_out", _real),
        Question("source_type", every, "corpora", "corpora_held_out", _real),
        Question("story_frames", "narrative", "random", "random", narrative),
        Question("story_frames", "narrative", "authors", "authors_folds", narrative),
        Question("story_frames", "narrative", "groups", "publishers_held_out", narrative),
        Question(ADVOCACY, "annotations", "groups", "test", _annotated_test),
        Question(ADVOCACY, "annotations", "random", "random", _annotated_test),
        Question(
            ADVOCACY, "hyperpartisan", "random", "random", lambda s: hyper(s) and not s.meta.get("annotation")
        ),
        Question(
            ADVOCACY,
            "hyperpartisan",
            "groups",
            "domains_held_out",
            lambda s: hyper(s) and not s.meta.get("annotation"),
        ),
    ]


#: FrAC labels one frame a sentence; two of its classes hold two of ours each.
FRAC_CLASSES: Final = (
    ("economic",), ("morality",), ("fairness_equality",), ("legality_jurisprudence", "crime_punishment"),
    ("policy_evaluation", "political"), ("security_defense",), ("health_safety",), ("cultural_identity",),
    ("public_opinion",),
)  # fmt: skip


def _frame_questions() -> list[Question]:
    return [
        Question("policy_frames", "gvfc", "once", "zero_shot", _of("gvfc")),
        Question("policy_frames", "ccf", "once", "zero_shot", _of("ccf-climate-frames")),
        Question(
            "policy_frames", "frac_dev", "once", "zero_shot",
            lambda s: s.corpus == "frac-dev" and bool(s.labels["policy_frames"]), FRAC_CLASSES,
        ),
    ]  # fmt: skip


def questions(tier: str) -> list[Question]:
    """Return every question that a tier answers."""
    stance = [
        Question("stance", "newsmtsc", "once", name, partial(_of_part, parts))
        for name, parts in (
            ("dev", ("rw_dev", "mt_dev")),
            ("rw_dev", ("rw_dev",)),
            ("mt_dev", ("mt_dev",)),
            ("rw_test", ("rw_test",)),
            ("mt_test", ("mt_test",)),
        )
    ]
    documents = Question(
        "stance", DOCUMENT_STANCE, "documents", "documents_held_out", _of(DOCUMENT_STANCE), whole=True
    )
    controls: list[Question] = [
        replace(question, control=control)
        for question in (stance[0], documents)
        for control in ("text_only", "target_blanked")
    ]
    return (
        _sentence_questions(tier)
        + _document_questions(tier)
        + _frame_questions()
        + stance
        + [documents]
        + controls
    )
