"""Readers of texts judged towards one target: NewsMTSC, directed sentiment and PerSenT."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from training.reading import Options, Row, Rows, convert, digest, jsonl, present, table
from training.samples import Sample

#: NewsMTSC codes: 2, 4, 6 in the nested files, -1, 0, 1 in the official splits.
POLARITY: Final = {2.0: "against", 4.0: "neutral", 6.0: "favour", -1: "against", 0: "neutral", 1: "favour"}

#: Directed sentiment codes -> (who the sentiment is about, stance).
DIRECTED: Final = {
    "0": ("q", "neutral"),
    "1": ("q", "favour"),
    "2": ("p", "favour"),
    "3": ("q", "against"),
    "4": ("p", "against"),
}

PERSENT: Final = {"Negative": "against", "Neutral": "neutral", "Positive": "favour"}


def read_newsmtsc(folder: Path, options: Options) -> Iterator[Sample]:
    """NewsMTSC (Hamborg & Donnay 2021): one sample a target; the source article is the group.

    Splits are ``train``, ``rw_dev``, ``mt_dev`` and, only when asked, ``rw_test`` and ``mt_test``.
    Targets are [start, end), although the corpus' readme calls the end "the last character".
    """
    path = folder / "train.jsonl"
    yield from convert(path, _targets(path), partial(_newsmtsc, "train"))
    for split in ("rw_dev", "mt_dev", *(("rw_test", "mt_test") if options.include_test else ())):
        path = folder / f"split_{split}.jsonl"
        yield from convert(path, jsonl(path), partial(_newsmtsc, split))


def _targets(path: Path) -> Rows:
    for number, row in jsonl(path):
        for target in row["targets"]:
            yield number, target | {"sentence": row["sentence_normalized"], "id": target["Input.gid"]}


def _newsmtsc(split: str, row: Row) -> Sample:
    text, start, end = row["sentence"], int(row["from"]), int(row["to"])
    if text[start:end] != row["mention"]:
        raise ValueError(f"{row['mention']!r} does not stand at {start}")
    parts = row["id"].split("_")
    return Sample(
        "newsmtsc", row["id"], "pair", text, {"stance": POLARITY[row["polarity"]]},
        group="_".join(parts[: 2 if parts[0] == "allsides" else 3]), target=(start, end), split=split,
        meta={"mention": row["mention"]},
    )  # fmt: skip


def read_dse(folder: Path, options: Options) -> Iterator[Sample]:
    """Directed sentiment (Park, Pan & Joo 2021): what one entity of a sentence holds of the other.

    Brackets are removed; the target is who the sentiment is about (``q`` where it is neutral). The
    sentence is the group: the official test part shares sentences with the train part. Rows that a
    part repeats word for word are read once.
    """
    for split in ("train", "valid", "test"):
        path = folder / f"{split}.txt"
        rows = {sample.id: sample for sample in convert(path, _lines(path), partial(_directed, split))}
        yield from rows.values()


def _lines(path: Path) -> Rows:
    with present(path).open(encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            yield number, {"fields": line.rstrip("\r\n").split("\t")}


def _directed(split: str, row: Row) -> Sample:
    raw, p, q, code = row["fields"]
    text, spans = _unbracket(_unquote(raw))
    about, stance = DIRECTED[code]
    start, end = spans[_which(text, spans, _unquote(p), _unquote(q), about)]
    return Sample(
        "dse-directed-sentiment", f"{split}:{digest(chr(9).join(row['fields']))}", "pair", text,
        {"stance": stance}, group=digest(text), target=(start, end), split=split,
        meta={"mention": text[start:end], "code": int(code)},
    )  # fmt: skip


def _unquote(text: str) -> str:
    """Undo the CSV quoting that some fields still carry."""
    if len(text) > 1 and text[0] == text[-1] == '"' and '"' not in text[1:-1].replace('""', ""):
        return text[1:-1].replace('""', '"')
    return text


def _unbracket(text: str) -> tuple[str, list[tuple[int, int]]]:
    pieces = re.split(r"\[([^\]]*)\]", text)
    if len(pieces) != 5:
        raise ValueError("not exactly two bracketed entities")
    starts = [len("".join(pieces[:i])) for i in (1, 3)]
    return "".join(pieces), [(a, a + len(piece)) for a, piece in zip(starts, pieces[1::2], strict=True)]


def _which(text: str, spans: list[tuple[int, int]], p: str, q: str, about: str) -> int:
    """Return whether the first (0) or second (1) bracket holds the entity that is asked for."""
    first, second = (text[a:b].strip() for a, b in spans)
    straight = (first == p.strip()) + (second == q.strip())
    crossed = (first == q.strip()) + (second == p.strip())
    if straight == crossed == 0:
        raise ValueError("the brackets hold neither entity")
    return int((about == "q") == (straight >= crossed))


def read_persent(folder: Path, options: Options) -> Iterator[Sample]:
    """PerSenT dev part (Bastan et al. 2020): a document's stance to one person.

    The target is the person's first mention by full name, else by the longest part of it; none where
    neither stands in the text. Commas were lost before us.
    """
    path = folder / "dev.csv"
    return convert(path, table(path), _persent)


def _persent(row: Row) -> Sample:
    paragraphs = [row[f"Paragraph{i}"] for i in range(16)]
    return Sample(
        "persent", row["DOCUMENT_INDEX"], "document", row["DOCUMENT"],
        {"stance": PERSENT[row["TRUE_SENTIMENT"]]}, group=row["DOCUMENT_INDEX"],
        title=row["TITLE"].strip() or None, target=_first_mention(row["DOCUMENT"], row["TARGET_ENTITY"]),
        meta={"entity": row["TARGET_ENTITY"], "paragraphs": [PERSENT.get(p) for p in paragraphs if p]},
    )  # fmt: skip


def _first_mention(text: str, entity: str) -> tuple[int, int] | None:
    for name in (entity, *sorted(set(entity.split()), key=lambda word: (-len(word), word))):
        if match := re.search(rf"\b{re.escape(name)}\b", text, re.I):
            return match.span()
    return None
