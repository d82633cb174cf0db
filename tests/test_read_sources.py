"""Readers of the corpora of text kinds and of press releases, on invented files."""

from pathlib import Path

import corpus_files as files

from training.readers import read
from training.reading import Options


def test_ftd_reads_single_dominant_dimensions(tmp_path: Path) -> None:
    """One strongest dimension gives a class, a tie none; a cut host is no group."""
    files.ftd(tmp_path)
    samples = read("ftd_genre", tmp_path)
    assert [(s.group, s.labels["source_type"], s.text) for s in samples] == [
        ("syndicate", "opinion_editorial", "It isn't so, he said."),
        ("2-co", "news_report", "News."),
        ("shop", "promotional", "Buy now!"),
    ]


def test_horne_reads_titles_and_old_encodings(tmp_path: Path) -> None:
    """Windows-1252 bodies are read, with the title of the twin folder; the file is the group."""
    path = files.folder(tmp_path, "horne2017") / "Horne2017_FakeNewsData.zip"
    top = "Public Data/Random Poltical News Dataset"
    files.archive(path, {f"{top}/Satire/1.txt": "A \x97 b".encode("cp1252", "ignore") + b"\x97 c",
                         f"{top}/Satire_titles/1.txt": "T"})  # fmt: skip
    (sample,) = read("horne2017", tmp_path)
    assert (sample.title, sample.group, sample.labels["source_type"]) == ("T", "random/1", "satire")
    assert sample.text.endswith("— c")


def test_golbeck_is_freed_of_its_addresses(tmp_path: Path) -> None:
    """The address gives the group and is removed, so that it cannot give the class."""
    path = files.folder(tmp_path, "golbeck-fake-vs-satire") / "FakeNewsData-dev.zip"
    body = "A title\nhttp://www.onionish.com/a\nThe text.\nonionish.com/b\nSee www.x.com now."
    files.archive(path, {"F/StoryText 2/Satire/finalSatire/1.txt": body, "F/ditched/2.txt": "no"})
    (sample,) = read("golbeck-fake-vs-satire", tmp_path)
    assert (sample.group, sample.title, sample.text) == ("onionish.com", "A title", "The text.\n\nSee now.")


def test_masc_is_joined_and_freed_of_private_heads(tmp_path: Path) -> None:
    """Tags go, tokens are joined, mail heads and addresses are cut; mail is never read."""
    files.masc(tmp_path)
    samples = read("masc", tmp_path)
    assert [(s.id, s.labels.get("source_type"), s.group, s.text) for s in samples] == [
        ("110CYL067", "promotional", "110CYL", "Dear friend, don't wait."),
        ("s1", "promotional", "s1", "Offer Buy it!"),
        ("wsj_1", None, "wsj", "Shares rose."),
    ]


def test_releases_are_cleaned_and_limited(tmp_path: Path) -> None:
    """Markdown goes, short and foreign releases are left out, a wire gives no more than the limit."""
    rows = [
        {"id": f"w/{i}", "wire": "w", "text": f"# Title {i}\n\n**{files.LONG}** [a](b)"} for i in range(5)
    ]
    foreign = {"id": "w/9", "wire": "w", "text": "# T\n\n" + "El puente nuevo cuesta mucho dinero. " * 20}
    path = files.folder(tmp_path, "press-release-archive") / "press_releases_sample.jsonl.gz"
    files.jsonl(path, *rows, foreign, {"id": "w/8", "wire": "w", "text": "# T\n\nShort."})
    samples = read("press-release-archive", tmp_path, Options(limit_per_group=3))
    assert len(samples) == 3
    assert samples == read("press-release-archive", tmp_path, Options(limit_per_group=3))
    assert samples[0].text.endswith("town. a")
    assert len(read("press-release-archive", tmp_path, Options(limit_per_group=None))) == 5


def test_prosecutors_lose_their_sites_frame(tmp_path: Path) -> None:
    """Lines that pages share around the text go, bot checks are left out, the title loses the office."""
    head = "Case {0} closed | Halven County State's Attorney\nSkip to main content\nHOME\nCase {0} closed\n"
    page = head + "Case {0}: " + files.LONG + "\nPart {0}\nHOME"
    rows = [{"id": str(i), "office": "halven", "text": page.format(i)} for i in range(5)]
    bot = {"id": "b", "office": "halven", "text": "Pardon Our Interruption\n" + files.LONG}
    path = files.folder(tmp_path, "prosecutor-press") / "prosecutor_press_sample.jsonl.gz"
    files.jsonl(path, *rows, bot)
    samples = read("prosecutor-press", tmp_path)
    assert [sample.title for sample in samples] == [f"Case {i} closed" for i in range(5)]
    assert [sample.text for sample in samples] == [f"Case {i}: {files.LONG}\nPart {i}" for i in range(5)]


def test_senate_leaves_out_reprinted_news(tmp_path: Path) -> None:
    """A file that says it is an agency's story is no press release; a headline becomes the title."""
    rows = [
        {"id": "a", "senator": "Doe", "text": "SEN. DOE SPEAKS\n  " + files.LONG},
        {"id": "b", "senator": "Doe", "text": "By Ann Lee The Associated Press WASHINGTON " + files.LONG},
    ]
    files.jsonl(files.folder(tmp_path, "senate-press-grimmer") / "senate_press_sample.jsonl.gz", *rows)
    (sample,) = read("senate-press-grimmer", tmp_path)
    assert (sample.title, sample.group) == ("SEN. DOE SPEAKS", "Doe")


def test_advocacy_pages_without_argument_are_left_out(tmp_path: Path) -> None:
    """Vacancies and forms are no advocacy; scripts, components and Markdown go."""
    text = "<script>x()</script>\n<Widget />\n## Why\n\n" + files.LONG
    rows = [
        {"id": f"r:src/{slug}.md", "publisher": "p.org", "title": slug, "text": text}
        for slug in ("why", "faq")
    ]
    files.jsonl(files.folder(tmp_path, "advocacy-sites") / "advocacy_posts.jsonl.gz", *rows)
    (sample,) = read("advocacy-sites", tmp_path)
    assert (sample.title, sample.text.split()[:2]) == ("why", ["Why", "The"])
