"""``python -m training.annotate_more CORPORA OUT``: blind sheets of further sentences for the train part.

The second draw: calls to action and rarer policy frames were too few to learn from. The test part stays
as it is: nothing comes from its publishers, groups and documents. OUT must lie outside the repository.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import click

from models.bundle import load_bundle
from models.pointer import current_bundle_path
from training.annotate import read_annotations
from training.annotate_draw import bundle_scores
from training.annotate_join import SENTENCES, sentence_annotations
from training.annotate_pool import Candidate, in_test, lonely_corpora, units_for_test, with_neighbours
from training.annotate_sentences import SEED as FIRST_SEED
from training.annotate_sentences import SURPLUS, Scores, enriched, may_be_drawn
from training.annotate_sheets import deal, write_sheets
from training.neardup import clusters
from training.readers import read_all
from training.samples import Sample

SEED: Final = 20261124
#: Further sentences of each corpus: most where people argue, and from what may teach the shipped bundle.
WANTED: Final = {
    "advocacy-sites": 100, "allsides": 260, "allsides-source-kind": 120, "ccf-climate-frames": 60,
    "dse-directed-sentiment": 40, "ftd_genre": 100, "golbeck-fake-vs-satire": 80, "gvfc": 30,
    "horne2017": 60, "hyperpartisan_semeval19": 140, "masc": 100, "narrative-frames": 60, "newsmtsc": 60,
    "persent": 60, "press-release-archive": 80, "prosecutor-press": 40, "ptc_semeval20": 60,
    "senate-press-grimmer": 180,
}  # fmt: skip
#: Frames that the first draw found fewer than a hundred times.
RARE: Final = (
    "capacity_resources", "morality", "fairness_equality", "legality_jurisprudence", "security_defense",
    "quality_of_life", "cultural_identity", "public_opinion", "external_regulation_reputation",
)  # fmt: skip
#: What a sentence is drawn for, in turn: every second time a call, else a frame or where scores are unsure.
REASONS: Final = tuple(reason for frame in RARE for reason in ("call", f"frame:{frame}", "call", "uncertain"))


def draw_more(
    samples: Sequence[Sample], done: Sequence[Sample], graded: Sequence[dict[str, Any]],
    score: Callable[[Sample], Scores], wanted: Mapping[str, int],
) -> list[Candidate]:  # fmt: skip
    """Return further sentences for the train part, none of them like one that is annotated (``done``)."""
    usable, old = may_be_drawn(samples), {(s.meta["document"], s.text) for s in done}
    units, lonely = units_for_test(usable, FIRST_SEED), lonely_corpora(usable)
    barred = {f"{row['corpus']}/{row['id']}" for row in graded if row["part"] == "test"}
    barred |= {s.meta["document"] for s in done if s.meta["annotation"] == "test"}
    found: list[Candidate] = []
    for corpus, many in wanted.items():
        dice = random.Random(f"{SEED}/{corpus}")  # noqa: S311 - sampling, not secrecy
        free = [
            s for s in usable
            if s.corpus == corpus and s.key not in barred and not in_test(s, units, lonely, FIRST_SEED)
        ]  # fmt: skip
        more = enriched(free, round(many * SURPLUS), score, dice, REASONS)
        more = [c for c in more if (c.sample.key, c.exact) not in old]
        found += unlike([s.text for s in done] + [c.sentence for c in found], more)[:many]
    lines = {sample.id: sample for sample in usable if sample.corpus == "ptc_semeval20"}
    return [with_neighbours(c, lines) for c in found]


def unlike(before: Sequence[str], found: Sequence[Candidate]) -> list[Candidate]:
    """Return the sentences that are no near-duplicate of one before, or of another among them."""
    groups = clusters([*before, *(c.sentence for c in found)])
    copies = {i - len(before) for group in groups for i in group[1:]}
    return [c for i, c in enumerate(found) if i not in copies]


@click.command()
@click.argument("corpora", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option("--bundle", type=click.Path(exists=True, path_type=Path), help="[default: the one in use]")
def main(corpora: Path, out: Path, bundle: Path | None) -> None:
    """Write sheets of further sentences of CORPORA into OUT."""
    out.mkdir(parents=True, exist_ok=True)
    samples = read_all(corpora, names={*WANTED, "babe", "mbic"})
    done = sentence_annotations(samples, read_annotations(SENTENCES))
    score = bundle_scores(load_bundle(bundle or current_bundle_path()))
    found = draw_more(samples, done, read_annotations(), score, WANTED)
    write_sheets(deal({"train": found}, seed=SEED), out)
    click.echo(f"{len(found)} sentences")


if __name__ == "__main__":
    main()
