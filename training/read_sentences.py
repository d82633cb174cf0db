"""Readers of the corpora of single news sentences: BABE, MBIC and PTC."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from training.publishers import publisher_key
from training.reading import IllFormedRowError, Options, Row, convert, digest, present, sheet, table
from training.samples import Sample

#: How far each answer of BABE and MBIC says that the writer gives an opinion.
OPINION = {
    "Entirely factual": 0.0,
    "Somewhat factual but also opinionated": 0.5,
    "Expresses writer’s opinion": 1.0,
}
BIAS = {"Non-biased": 0.0, "Biased": 1.0, "Biased, unfair": 1.0}

#: The techniques of PTC that are loaded language; the others argue badly in plain words.
LOADED_TECHNIQUES = frozenset({"Loaded_Language", "Name_Calling,Labeling"})


def read_babe(folder: Path, options: Options) -> Iterator[Sample]:
    """BABE SG2 (Spinde et al. 2021): sentences, labels of five experts, shares from the raw labels.

    SG1 stands inside SG2 and is not read. The one sentence without agreement on bias is left out.
    """
    shares = _babe_shares(folder / "raw_labels_SG2.xlsx")

    def make(row: Row) -> Sample | None:
        if row["label_bias"] == "No agreement":
            return None
        text = row["text"]
        return _biased_sentence("babe", digest(text), text, row, shares.get(text.strip()))

    path = folder / "final_labels_SG2.csv"
    return convert(path, table(path, delimiter=";"), make)


def _babe_shares(path: Path) -> dict[str, dict[str, float]]:
    """Return text -> task -> mean of the annotators' answers."""
    answers: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    columns = (("loaded_language", BIAS, "label_bias"), ("opinion", OPINION, "label_opinion"))
    for _, row in sheet(path) if path.exists() else ():
        text = str(row["text"]).strip()
        for task, codes, column in columns:
            if row[column] in codes:
                answers[text][task].append(codes[row[column]])
    return {t: {task: sum(v) / len(v) for task, v in tasks.items()} for t, tasks in answers.items()}


def _biased_sentence(corpus: str, name: str, text: str, row: Row, shares: dict[str, float] | None) -> Sample:
    bias, opinion = row["label_bias"], row["label_opinion"]
    labels = {"loaded_language": int(BIAS[bias])} if bias != "No agreement" else {}
    if OPINION.get(opinion) in (0.0, 1.0):
        labels["opinion"] = int(OPINION[opinion])
    soft = shares or ({"opinion": 0.5} if OPINION.get(opinion) == 0.5 else {})
    outlet = publisher_key(row["outlet"])
    return Sample(
        corpus, name, "sentence", text.strip(), labels, group=outlet, publisher=outlet,
        url=row["news_link"] or None, topic=row["topic"] or None, soft=soft,
    )  # fmt: skip


def read_mbic(folder: Path, options: Options) -> Iterator[Sample]:
    """MBIC (Spinde et al. 2021): 1,700 sentences, majority of ten lay annotators; no shares published."""

    def make(row: Row) -> Sample:
        row = row | {"label_bias": row["Label_bias"], "label_opinion": row["Label_opinion"]}
        return _biased_sentence("mbic", str(row["None"]), str(row["sentence"]), row, None)

    path = folder / "labeled_dataset.xlsx"
    return convert(path, sheet(path), make)


def read_ptc(folder: Path, options: Options) -> Iterator[Sample]:
    """PTC-SemEval20 (Da San Martino et al. 2020): the lines of the 371 labelled train articles.

    ``loaded_language`` says whether loaded language or name calling touches the line; ``meta`` names
    all techniques. Publishers are not given, so the article is the group. A line that several
    articles share is site furniture and read once.
    """
    spans = _ptc_spans(folder / "train-task2-TC.labels")
    seen: dict[str, str] = {}
    for path in sorted(present(folder / "train-articles").glob("article*.txt")):
        article = path.stem.removeprefix("article")
        for sample in _ptc_lines(article, path.read_text("utf-8"), spans[article]):
            if seen.setdefault(sample.text.casefold(), article) == article:
                yield sample


def _ptc_spans(path: Path) -> dict[str, list[tuple[str, int, int]]]:
    spans: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for number, line in enumerate(present(path).read_text("utf-8").splitlines(), 1):
        try:
            article, technique, start, end = line.split("\t")
            spans[article].append((technique, int(start), int(end)))
        except ValueError as error:
            raise IllFormedRowError(path, number, error) from error
    return spans


def _ptc_lines(article: str, text: str, spans: list[tuple[str, int, int]]) -> Iterator[Sample]:
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        end = start + len(line)
        techniques = sorted({name for name, a, b in spans if a < end and b > start})
        if line.strip():
            yield Sample(
                "ptc_semeval20", f"{article}:{number}", "sentence", line.strip(),
                {"loaded_language": int(not LOADED_TECHNIQUES.isdisjoint(techniques))}, group=article,
                meta={"techniques": techniques, "any": int(bool(techniques)), "title": number == 1},
            )  # fmt: skip
        start = end + 1
