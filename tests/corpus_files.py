"""Small invented corpora in the formats of the real ones; no text of any corpus."""

import csv
import gzip
import io
import json
import lzma
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

LONG = (
    "The council of Halven met on Monday to talk about the bridge and what it would cost the town. " * 6
).strip()


def folder(home: Path, name: str) -> Path:
    """Make the folder of a corpus."""
    path = home / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def jsonl(path: Path, *rows: Mapping[str, Any]) -> None:
    """Write rows as JSONL, gzipped where the name says so."""
    text = "".join(json.dumps(row) + "\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())


def delimited(path: Path, rows: Sequence[Mapping[str, Any]], delimiter: str = ",") -> None:
    """Write rows with a header."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)


def sheet(path: Path, header: Sequence[str | None], *rows: Sequence[Any]) -> None:
    """Write one sheet of an Excel file."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (header, *rows):
        page.append(list(row))
    book.save(path)


def archive(path: Path, files: Mapping[str, str | bytes]) -> None:
    """Write a zip file."""
    with zipfile.ZipFile(path, "w") as out:
        for name, content in files.items():
            out.writestr(name, content)


def babe_row(text: str, bias: str, opinion: str, outlet: str = "Fox News") -> dict[str, str]:
    """Return a row of BABE's final labels."""
    return {
        "text": text, "news_link": "https://example.org/a", "outlet": outlet, "topic": "bridges",
        "type": "right", "label_bias": bias, "label_opinion": opinion, "biased_words": "[]",
    }  # fmt: skip


def babe(home: Path) -> None:
    """Write four sentences, one without agreement, with two annotators' raw labels for the first."""
    rows = [
        babe_row("A disgraceful bridge.", "Biased", "Expresses writer’s opinion"),
        babe_row("A bridge opened.", "Non-biased", "Entirely factual", "fox-news"),
        babe_row("Perhaps a bridge too far.", "Biased", "Somewhat factual but also opinionated"),
        babe_row("Nobody agrees.", "No agreement", "No agreement"),
    ]
    delimited(folder(home, "babe") / "final_labels_SG2.csv", rows, ";")
    raw = [("A disgraceful bridge.", "Biased", "Expresses writer’s opinion"),
           ("A disgraceful bridge.", "Non-biased", "Somewhat factual but also opinionated")]  # fmt: skip
    sheet(home / "babe" / "raw_labels_SG2.xlsx", ["text", "label_bias", "label_opinion"], *raw)


def ptc(home: Path) -> None:
    """Write two articles that share a line; one span of loaded language, one of doubt."""
    articles = folder(home, "ptc_semeval20/train-articles")
    (articles / "article1.txt").write_text("A title\n\nThe vile mayor spoke.\nWho knows?\nRead more.\n")
    (articles / "article2.txt").write_text("Read more.\nAnother line.\n")
    spans = "1\tLoaded_Language\t13\t17\n1\tDoubt\t31\t41\n"
    (home / "ptc_semeval20" / "train-task2-TC.labels").write_text(spans)


def allsides_row(name: str, host: str, title: str, **flags: bool) -> dict[str, Any]:
    """Return a row of the AllSides subsets."""
    row = {
        "ID": name,
        "source": "S",
        "host": host,
        "url": f"http://{host}/{name}",
        "topic": "t",
        "date": "2020-01-01",
    }
    none = {"op_url": False, "op_source": False, "op_title": False, "thinktank": False}
    return row | none | {"title": title, "text": f"{LONG}Text {name} ends ."} | flags


def allsides(home: Path) -> None:
    """Write two opinion pieces (one of a think tank), news of a news host and of another, a think tank."""
    path = folder(home, "allsides")
    think = allsides_row("t1", "cato.org", "OPINION: Tanks", op_title=True, thinktank=True)
    opinion = allsides_row("o1", "www.cnn.com", "OPINION: Bridges are bad", op_title=True)
    jsonl(path / "opinion_flagged.jsonl.gz", opinion, think)
    news = [allsides_row("n1", "money.cnn.com", "A bridge"), allsides_row("n2", "theweek.com", "A bridge")]
    jsonl(path / "news_host_matched.jsonl.gz", *news)
    jsonl(
        path / "thinktank_advocacy.jsonl.gz",
        think,
        allsides_row("t2", "heritage.org", "Taxes", thinktank=True),
    )
    header = "ID\top_url\top_source\top_title\n"
    (path / "metadata_all_37554.tsv.gz").write_bytes(gzip.compress(f"{header}k2\t0\t1\t0\n".encode()))


def source_kind(home: Path) -> None:
    """Write a wire text, a flagged broadcaster text, a state-affiliated text and a conspiracy text."""
    rows = [("k1", "news_wire"), ("k2", "public_broadcaster"), ("k3", "state_affiliated_foreign"),
            ("k4", "conspiracy")]  # fmt: skip
    jsonl(
        folder(home, "allsides-source-kind") / "articles.jsonl.gz",
        *({"id": i, "host": "apnews.com", "kind": kind, "url": "u", "title": "Bridge", "date": "2020",
           "op_url": False, "text": "Bridge\n\n" + LONG} for i, kind in rows),
    )  # fmt: skip


def hyperpartisan(home: Path) -> None:
    """Write one article with tags, doubled escapes and a media placeholder."""
    path = folder(home, "hyperpartisan_semeval19")
    body = '<p>One &amp;#160;two {MID-1}</p><p>Three <a href="x">four</a>.</p>'
    article = f'<articles><article id="7" title="T">{body}</article></articles>'
    truth = '<articles><article hyperpartisan="true" id="7" url="https://www.example.org/a"/></articles>'
    (path / "articles-training-byarticle-20181122.xml").write_text(article)
    (path / "ground-truth-training-byarticle-20181122.xml").write_text(truth)


def ftd(home: Path) -> None:
    """Write four tokenised texts: argument, news, a tie, and a cut host."""
    path = folder(home, "ftd_genre")
    names = ["__id__1-syndicate", "__id__2-co", "__id__3-bbc", "__id__4-shop"]
    scores = [(2, 0.5, 0), (0, 2, 0), (2, 2, 0), (0, 0, 1)]
    rows = [{"ID": n, "A1": a, "A8": b, "A12": c} for n, (a, b, c) in zip(names, scores, strict=True)]
    delimited(path / "en.csv", rows, "\t")
    text = "It is n't so , he said . </doc>\nNews .\nBoth .\nBuy now !\n"
    (path / "en.ol.xz").write_bytes(lzma.compress(text.encode()))


def masc(home: Path) -> None:
    """Write a letter, a spam mail with its head, a newspaper text and a private mail."""
    head = "From_IN :_: \"_'' Ann_NNP \"_'' <_NN ann@example.org_NN >_NN Subject_NN :_: Offer_NN"
    archive(
        folder(home, "masc") / "masc_tagged.zip",
        {
            "masc_tagged/categories.txt": "written/110CYL067.txt letters\nwritten/s1.txt spam\n"
            "written/wsj_1.txt newspaper\nwritten/m1.txt email\n",
            "masc_tagged/written/110CYL067.txt": "Dear_JJ friend_NN ,_, do_VBP n't_RB wait_VB ._.",
            "masc_tagged/written/s1.txt": f"{head} Buy_VB it_PRP !_.",
            "masc_tagged/written/wsj_1.txt": "Shares_NNS rose_VBD ._.",
            "masc_tagged/written/m1.txt": "Hello_UH ._.",
        },
    )


def argkp(home: Path) -> None:
    """Write one argument that is paired with two key points."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["topic", "argument", "key_point", "stance", "label"])
    writer.writerows([["Bridges are good", "`they help trade", point, "1", "0"] for point in ("a", "b")])
    archive(folder(home, "argkp2021") / "ArgKP-2021.zip", {"ArgKP-2021_dataset.csv": out.getvalue()})
