"""``python -m training.annotate_draw CORPORA OUT``: draw what is to be annotated and write blind sheets.

The sheets hold corpus text: OUT must lie outside the repository. Corpora, seed, bundle and
the documents that are annotated already fix the draw: run again, it draws other documents.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import click

from models.bundle import Bundle, load_bundle
from models.ngrams import grams, tokens
from models.pointer import current_bundle_path
from training.annotate import blind_text, draw, read_annotations, text_sha256
from training.annotate_pool import WHOLE, in_test, lonely_corpora, units_for_test
from training.annotate_sentences import SEED, Barred, Plan, Scores, draw_sentences, may_be_drawn
from training.annotate_sheets import Row, deal, write_jsonl, write_sheets
from training.featurise import document_of
from training.neardup import clusters
from training.readers import read_all
from training.samples import Sample

SIGNALS: Final = ("loaded_language", "opinion", "call_to_action")
#: Further documents by corpus, half of them for the test part: texts that argue were too few.
DOCUMENTS: Final = {
    "allsides": 24, "hyperpartisan_semeval19": 20, "advocacy-sites": 12, "golbeck-fake-vs-satire": 10,
    "ftd_genre": 6, "senate-press-grimmer": 4, "narrative-frames": 4,
}  # fmt: skip
READERS: Final = 2
READ_TWICE: Final = 4


def bundle_scores(bundle: Bundle) -> Callable[[Sample], Scores]:
    """Return a function that scores a sample's sentences with a bundle's word heads."""

    def score(sample: Sample) -> Scores:
        found = [s for s in document_of(sample).sentences if s.english and s.masked]
        if not found:
            return {}
        rows = bundle.spaces["sentence"].rows([Counter(grams(tokens(s.masked))) for s in found])
        columns = {}
        for name in SIGNALS:
            head = bundle.heads[name]
            columns[name] = head.probabilities({"sparse": head.views["sparse"].sparse(rows)}, "fast")[:, 0]
        frames = bundle.heads["policy_frames"]
        chances = frames.probabilities({"sparse": frames.views["sparse"].sparse(rows)}, "fast")
        columns |= {f"frame:{name}": chances[:, k] for k, name in enumerate(frames.classes)}
        if sample.corpus in WHOLE:
            whole = {name: float(column.max()) for name, column in columns.items()}
            return {(found[0].start, found[-1].end): whole}
        return {
            (s.start, s.end): {name: float(column[i]) for name, column in columns.items()}
            for i, s in enumerate(found)
        }

    return score


def draw_documents(samples: Sequence[Sample], done: Sequence[Row], seed: int) -> list[tuple[Sample, str]]:
    """Return further documents with their part: none that is annotated, or like one that is."""
    units, lonely = units_for_test(samples, seed), lonely_corpora(samples)
    known = {f"{row['corpus']}/{row['id']}" for row in done}
    old = [sample for sample in samples if sample.key in known]
    chosen: list[tuple[Sample, str]] = []
    for corpus, wanted in DOCUMENTS.items():
        for part in ("test", "train"):
            free = [
                s
                for s in samples
                if s.corpus == corpus
                and s.key not in known
                and in_test(s, units, lonely, seed) == (part == "test")
                and s.labels.get("opinion_article", 1)
            ]
            chosen += [(s, part) for s in _unlike(old, draw(free, wanted, seed), chosen)[: wanted // 2]]
    return chosen


def _unlike(
    old: Sequence[Sample], found: Sequence[Sample], new: Sequence[tuple[Sample, str]]
) -> list[Sample]:
    before = [*old, *(sample for sample, _ in new)]
    groups = clusters([s.text for s in (*before, *found)])
    copies = {i - len(before) for group in groups for i in group[1:]}
    return [sample for i, sample in enumerate(found) if i not in copies]


def document_sheets(chosen: Sequence[tuple[Sample, str]]) -> tuple[list[list[Row]], list[Row]]:
    """Return the blind sheets of the documents, some of each also in the other's, and their key."""
    sheets: list[list[Row]] = [[] for _ in range(READERS)]
    key: list[Row] = []
    homes = [list(range(k, len(chosen), READERS)) for k in range(READERS)]
    for number in range(READERS):
        others = homes[(number + 1) % READERS]
        step = max(len(others) // READ_TWICE, 1)
        again = others[::step][:READ_TWICE]
        order = sorted((*homes[number], *again), key=lambda i: text_sha256(f"{number}/{chosen[i][0].key}"))
        for n, i in enumerate(order, 1):
            sample, part = chosen[i]
            sheets[number].append({"n": n, "text": blind_text(sample)})
            key.append(_document_key(sample, part) | {"sheet": number, "n": n, "second": i in again})
    return sheets, key


def _document_key(sample: Sample, part: str) -> dict[str, Any]:
    return {"corpus": sample.corpus, "id": sample.id, "sha256": text_sha256(sample.text), "part": part}


@click.command()
@click.argument("corpora", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option("--bundle", type=click.Path(exists=True, path_type=Path), help="[default: the one in use]")
def main(corpora: Path, out: Path, bundle: Path | None) -> None:
    """Write the sheets of sentences and documents of CORPORA into OUT."""
    out.mkdir(parents=True, exist_ok=True)
    plan, done = Plan(), read_annotations()
    samples = read_all(corpora, names=plan.enriched)
    usable = may_be_drawn(samples)
    documents = draw_documents([s for s in samples if s.kind == "document"], done, SEED)
    sheets, key = document_sheets(documents)
    for number, sheet in enumerate(sheets):
        write_jsonl(out / f"docs_{number}.jsonl", sheet)
    write_jsonl(out / "docs_key.jsonl", key)
    graded = [(f"{row['corpus']}/{row['id']}", row["part"]) for row in (*done, *key)]
    barred = Barred(
        test={name for name, part in graded if part == "train"},
        train={name for name, part in graded if part == "test"},
    )
    test, train = draw_sentences(
        usable, bundle_scores(load_bundle(bundle or current_bundle_path())), plan, barred
    )
    write_sheets(deal({"test": test, "train": train}, seed=SEED), out)
    click.echo(f"{len(test)} test and {len(train)} train sentences, {len(documents)} documents")


if __name__ == "__main__":
    main()
