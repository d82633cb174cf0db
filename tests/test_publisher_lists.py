"""Facts about publishers out of the openly licensed lists, and nothing else out of any other."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from corpus_files import delimited, folder

from models.listings import FACTS, FILE, Listings
from slantwise import main
from training.corpora import Card, CorpusFile
from training.publisher_lists import CORPUS, LISTS, STATE_CONTROL, ListMissing, build
from training.verify import corpora_home, file_sha256, is_present

TODAY = date(2026, 11, 22)
FIELDS = ("Country", "Media company", "Main assets", "URL", "Typology")


def state_row(*values: str) -> dict[str, str]:
    """Return a row of the state media profiles."""
    return dict(zip(FIELDS, values, strict=True))


def local_row(name: str, website: str, owner: str = "", medium: str = "Newspapers") -> dict[str, str]:
    """Return a row of the local news dataset."""
    return {
        "name": name, "website": website, "owner": owner, "medium": medium,
        "collection_date": "2018-08-02 14:55:24",
    }  # fmt: skip


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    """Make both lists, with doubles, portals, empty and doubtful cells."""
    path = folder(tmp_path / "corpora", CORPUS)
    state = [
        state_row("Averne", "Averne Media", "Herald", "https://www.herald.example/en/", "SC"),
        state_row("Averne", "Averne Media", "Herald  Radio", "herald.example", "SC"),
        state_row("Varl", "Post", "Post", "http://post.example", "ISFM?"),
        state_row("Varl", "Nobody", "No address", "", "SC"),
        state_row("Varl", "Somebody", "A page", "https://www.facebook.com/somebody", "SC"),
    ]
    local = [local_row("Ledger", "http://ledger.example/", "Ink & Sons")]
    local += [local_row(f"Paper {i}", "http://portal.example", f"Owner {i}") for i in range(9)]
    delimited(path / LISTS["state_media"].file, state)
    delimited(path / LISTS["local_news"].file, local)
    return tmp_path / "corpora"


def card_of(corpora: Path) -> Card:
    """Return a card that names the files as they are."""
    files = tuple(
        CorpusFile(path.name, path.stat().st_size, file_sha256(path), path.name, "o/r", "c0ffee")
        for path in sorted((corpora / CORPUS).iterdir())
    )
    return Card(CORPUS, "", (), "fetch", "facts", "", "", (), file=files)


def test_facts_are_joined_by_domain(corpora: Path) -> None:
    """Rows of one host become one listing; doubtful types, empty cells and shared platforms say nothing."""
    found = build(corpora, TODAY, card_of(corpora))
    told = {
        name: [(one.source, one.names, dict(one.facts)) for one in of] for name, of in found.domains.items()
    }
    assert told == {
        "herald.example": [
            ("state_media", ("Herald", "Herald Radio"),
             {"country": ("Averne",), "state_control": ("state-controlled media",),
              "owner": ("Averne Media",)}),
        ],
        "post.example": [("state_media", ("Post",), {"country": ("Varl",)})],
        "ledger.example": [
            ("local_news", ("Ledger",),
             {"kind": ("newspaper",), "country": ("United States",), "owner": ("Ink & Sons",)}),
        ],
        "portal.example": [("local_news", (), {"kind": ("newspaper",), "country": ("United States",)})],
    }  # fmt: skip


def test_each_list_is_named_with_its_licence_and_day(corpora: Path) -> None:
    """Who says it, where, under which licence and when stands beside what is said."""
    found = build(corpora, TODAY, card_of(corpora))
    state = found.sources["state_media"]
    assert (state.address, state.licence, state.as_of) == (
        "https://github.com/o/r/blob/c0ffee/state_media_matrix.csv", "MIT", "2023",
    )  # fmt: skip
    assert found.domains["ledger.example"][0].listed_on == "2018-08-02"
    assert found.domains["herald.example"][0].listed_on == "2023"


def test_another_file_is_refused(corpora: Path) -> None:
    """A list that is not the one of its card is not read."""
    card = card_of(corpora)
    with (corpora / CORPUS / LISTS["state_media"].file).open("a") as file:
        file.write("\n")
    with pytest.raises(ListMissing, match="wrong size"):
        build(corpora, TODAY, card)


def test_no_rating_is_among_the_lists() -> None:
    """Of the corpus' files only two state facts; the ratings and what was made of them are not read."""
    assert {kind.file for kind in LISTS.values()} == {
        "state_media_matrix.csv", "local_news_dataset_2018.csv",
    }  # fmt: skip
    assert {kind.licence for kind in LISTS.values()} == {"MIT"}


def test_the_command_says_what_is_missing(
    runner: CliRunner, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the corpus it ends with how to get it, and writes nothing."""
    monkeypatch.setenv("SLANTWISE_CORPORA", str(tmp_path))
    result = runner.invoke(main, ["corpora", "publishers"])
    assert result.exit_code == 1
    assert "slantwise corpora fetch publisher-kb" in result.output
    assert not (home / FILE).exists()


@pytest.fixture
def real() -> Path:
    """Give the folder of the real corpora, or skip."""
    from training.corpora import load_cards

    if not is_present(load_cards()[CORPUS], corpora_home()):
        pytest.skip("publisher-kb is not here")
    return corpora_home()


@pytest.mark.corpora
def test_the_real_lists(runner: CliRunner, home: Path, real: Path) -> None:
    """The command writes thousands of domains, with nothing but the four facts, and says whose they are."""
    result = runner.invoke(main, ["corpora", "publishers"], catch_exceptions=False)
    assert result.exit_code == 0
    assert "MIT" in result.output
    found = Listings.read(home)
    assert found is not None
    assert len(found.domains) > 7_000
    told = [one for listings in found.domains.values() for one in listings]
    assert {fact for one in told for fact in one.facts} == set(FACTS)
    said = {value for one in told for value in one.facts.get("state_control", ())}
    assert said == set(STATE_CONTROL.values())
