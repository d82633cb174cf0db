"""Readers of labelled news articles: hyperpartisan articles and the three kinds of AllSides texts."""

import csv
import gzip
import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree  # S314 below: the file is verified by sha256

from training.publishers import host_of, publisher_key
from training.reading import IllFormedRowError, Options, Row, convert, jsonl, present
from training.samples import Sample
from training.texts import close_gaps, drop_opinion_prefix, strip_tags, tidy

#: Publishers whose unflagged AllSides texts are news. Within a host, TF-IDF and a logistic regression
#: tell flagged from unflagged texts with an AUC (5 folds) of .98 for usatoday.com, .97 foxnews.com and
#: washingtontimes.com, .95 cnn.com, .93 thehill.com and csmonitor.com, .92 nytimes.com, .87 politico.com,
#: .82 theguardian.com, .77 washingtonpost.com; but .49 spectator.org, .50 reason.com, .58 theweek.com and
#: .67 nationalreview.com: their unflagged texts are unmarked opinion. Those are left out, and so are
#: other sites of commentary (townhall.com, newsmax.com, vox.com). npr.org (.67, 20 flagged) is news.
NEWS_PUBLISHERS: Final = frozenset(
    {
        "abcnews.go.com", "bbc.com", "bloomberg.com", "bostonglobe.com", "bostonherald.com", "cbsnews.com",
        "cnbc.com", "cnn.com", "csmonitor.com", "dallasnews.com", "detroitnews.com", "foxbusiness.com",
        "foxnews.com", "freep.com", "npr.org", "nypost.com", "nytimes.com", "politico.com", "sfchronicle.com",
        "theguardian.com", "thehill.com", "usatoday.com", "washingtonpost.com", "washingtontimes.com",
        "wsj.com",
    }
)  # fmt: skip

#: allsides-source-kind -> source type. State control is a fact about a publisher, never a label.
KIND_TO_SOURCE_TYPE: Final = {
    "news_wire": "news_report",
    "public_broadcaster": "news_report",
    "advocacy_thinktank": "political_advocacy",
    "conspiracy": "hoax_conspiracy",
}


def read_hyperpartisan(folder: Path, options: Options) -> Iterator[Sample]:
    """SemEval-2019 task 4 by-article (Kiesel et al. 2019): 645 articles, partisan or not, by domain."""
    truth_path = folder / "ground-truth-training-byarticle-20181122.xml"
    truth = {a.get("id"): a for a in _articles(truth_path)}
    path = folder / "articles-training-byarticle-20181122.xml"
    for number, article in enumerate(_articles(path), 1):
        label = truth.get(article.get("id"))
        if label is None or label.get("hyperpartisan") not in ("true", "false"):
            raise IllFormedRowError(truth_path, number, f"no label for article {article.get('id')}")
        host = host_of(label.get("url") or "")
        body = "".join(ElementTree.tostring(article, encoding="unicode").partition(">")[2:])
        yield Sample(
            "hyperpartisan_semeval19", str(article.get("id")), "document", _unescape(strip_tags(body)),
            {"partisan": int(label.get("hyperpartisan") == "true")}, group=publisher_key(host),
            title=tidy(article.get("title") or "") or None, publisher=publisher_key(host),
            url=label.get("url"),
        )  # fmt: skip


def _articles(path: Path) -> list[ElementTree.Element]:
    try:
        root = ElementTree.parse(present(path)).getroot()  # noqa: S314
    except ElementTree.ParseError as error:
        raise IllFormedRowError(path, error.position[0], error) from error
    return root.findall("article")


def _unescape(text: str) -> str:
    """Undo the second escaping of the corpus (``&amp;#160;``) and drop its media placeholders."""
    return tidy(re.sub(r"\{MID-\d+\}", " ", html.unescape(html.unescape(text))))


def read_allsides(folder: Path, options: Options) -> Iterator[Sample]:
    """AllSides subsets (Baly et al. 2020): flagged opinion, unflagged news of the same hosts, think tanks.

    An opinion piece of a think tank is political advocacy. A text that stands in two files is read once.
    """
    seen: set[str] = set()
    for name, make in _ALLSIDES.items():
        path = folder / f"{name}.jsonl.gz"
        new = (sample for sample in convert(path, jsonl(path), make) if sample.id not in seen)
        for sample in new:
            seen.add(sample.id)
            yield sample


def _allsides(row: Row, labels: dict[str, int | str]) -> Sample:
    publisher = publisher_key(row["host"])
    flags = {flag: bool(row[flag]) for flag in ("op_url", "op_source", "op_title", "thinktank")}
    return Sample(
        "allsides", row["ID"], "document", close_gaps(tidy(row["text"])), labels, group=publisher,
        title=drop_opinion_prefix(row["title"]), publisher=publisher, url=row["url"],
        topic=row["topic"] or None,
        meta=flags | {"host": row["host"], "source": row["source"], "date": row["date"]},
    )  # fmt: skip


def _allsides_opinion(row: Row) -> Sample:
    kind = "political_advocacy" if row["thinktank"] else "opinion_editorial"
    return _allsides(row, {"opinion_article": 1, "source_type": kind})


def _allsides_news(row: Row) -> Sample:
    is_news = publisher_key(row["host"]) in NEWS_PUBLISHERS
    return _allsides(row, {"opinion_article": 0} | ({"source_type": "news_report"} if is_news else {}))


def _allsides_thinktank(row: Row) -> Sample:
    return _allsides(row, {"source_type": "political_advocacy"})


_ALLSIDES: Final = {
    "opinion_flagged": _allsides_opinion,
    "news_host_matched": _allsides_news,
    "thinktank_advocacy": _allsides_thinktank,
}


def read_allsides_source_kind(folder: Path, options: Options) -> Iterator[Sample]:
    """AllSides articles with a weak source kind by host; opinion and other kinds get no label.

    Ids are those of ``allsides``: where that folder is present, what is flagged there as opinion is
    no news report here.
    """
    opinion = _flagged(folder.parent / "allsides" / "metadata_all_37554.tsv.gz")

    def make(row: Row) -> Sample:
        kind = None if row["op_url"] or row["id"] in opinion else KIND_TO_SOURCE_TYPE.get(row["kind"])
        if row["kind"] == "advocacy_thinktank":
            kind = "political_advocacy"
        publisher, title = publisher_key(row["host"]), tidy(row["title"] or "")
        text = close_gaps(tidy(row["text"]).removeprefix(title).lstrip())
        return Sample(
            "allsides-source-kind", row["id"], "document", text, {"source_type": kind} if kind else {},
            group=publisher, title=drop_opinion_prefix(title), publisher=publisher, url=row["url"],
            meta={name: row[name] for name in ("kind", "host", "op_url", "date")},
        )  # fmt: skip

    path = folder / "articles.jsonl.gz"
    return convert(path, jsonl(path), make)


def _flagged(path: Path) -> frozenset[str]:
    if not path.exists():
        return frozenset()
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        flags = ("op_url", "op_source", "op_title")
        return frozenset(row["ID"] for row in rows if any(row[flag] == "1" for flag in flags))
