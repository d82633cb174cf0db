"""Cards, the corpora's home, verifying, and the commands over them."""

import hashlib
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from training.commands_corpora import corpora
from training.corpora import (
    CARDS,
    Card,
    CorpusFile,
    CorpusTree,
    IllFormedCardError,
    UnknownCorpusError,
    UnsafePathError,
    chosen_cards,
    inside,
    load_cards,
)
from training.readers import READERS, TIERS, tier_of
from training.verify import Problem, corpora_home, is_present, tree_sha256, verify

HOME = os.environ.get("SLANTWISE_CORPORA", "")


def sha(text: str) -> str:
    """Return the sha256 of a text in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def a_card(**changes: object) -> Card:
    """Return a card of one needed and one optional file."""
    fields = {
        "name": "toy", "title": "A toy", "tasks": ("opinion",), "availability": "fetch", "tier": "permissive",
        "licence": "none", "citation": "none", "traps": (), "repository": "o/r", "commit": "c0",
        "file": (
            CorpusFile("data.txt", 5, sha("hello"), "raw/data.txt"),
            CorpusFile("README", 2, sha("hi"), "README", needed=False),
        ),
    }  # fmt: skip
    return Card(**(fields | changes))  # type: ignore[arg-type]


def test_every_reader_has_a_card_and_every_card_a_reader() -> None:
    """Cards and readers name the same corpora, but for our own texts and the facts about publishers."""
    assert set(load_cards()) - {"publisher-kb"} == set(READERS) - {"seed"}


def test_cards_are_complete() -> None:
    """Every card of the repository says its tier, licence and traps and lists hashed files."""
    for card in load_cards().values():
        assert card.licence
        assert card.citation
        assert card.traps
        assert card.file or card.tree
        assert all(len(file.sha256) == 64 for file in card.file)


def test_what_is_fetched_has_an_address_for_every_needed_file() -> None:
    """A card that says fetch gives path, repository and commit of all its needed files."""
    for card in load_cards().values():
        needed = [file for file in card.file if file.needed] if card.availability == "fetch" else []
        assert all(file.path and (file.repository or card.repository) for file in needed)


def test_blind_parts_are_never_fetched() -> None:
    """The corpora whose rest is kept for blind tests have no address at all."""
    cards = load_cards()
    blind = [cards[name] for name in ("frac-dev", "persent", "golbeck-fake-vs-satire")]
    assert {card.availability for card in blind} == {"local"}
    assert not any(file.path for card in blind for file in card.file)


def test_datasets_holds_no_module() -> None:
    """The folder ``datasets`` has no Python file, which would hide the package of that name."""
    assert list(CARDS.parent.rglob("*.py")) == []


def test_tiers_come_from_the_cards() -> None:
    """The tier of a corpus is its card's, and our own texts have one of their own."""
    assert (tier_of("babe"), tier_of("mbic"), tier_of("seed")) == ("research", "permissive", "own")
    assert {tier_of(name) for name in READERS} == set(TIERS)


def test_an_unknown_name_lists_those_that_exist() -> None:
    """Asking for a corpus that does not exist names those that do."""
    with pytest.raises(UnknownCorpusError, match=r"no corpus 'nope'; there are .*babe"):
        chosen_cards(["nope"])


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('colour = "red"', "unknown field colour"),
        ('availability = "steal"', "availability steal"),
        ('availability = "register"', "must name the page"),
    ],
)
def test_an_ill_formed_card_is_refused(tmp_path: Path, line: str, fault: str) -> None:
    """A card with an unknown field, availability, or without its page is refused by name."""
    rest = "" if "availability" in line else 'availability = "local"\n'
    head = '[[card]]\nname = "toy"\ntitle = "t"\ntasks = []\ntier = "research"\nlicence = "l"\n'
    path = tmp_path / "cards.toml"
    path.write_text(f'{head}citation = "c"\ntraps = []\n{rest}{line}\n')
    with pytest.raises(IllFormedCardError, match=f"toy: .*{fault}"):
        load_cards(path)


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../../x", "", "a\\b", "C:/x"])
def test_no_file_name_leads_out_of_its_folder(tmp_path: Path, name: str) -> None:
    """A file name that would leave the corpus' folder is refused."""
    with pytest.raises(UnsafePathError):
        inside(tmp_path, name)


def test_home_is_the_variable_or_the_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """SLANTWISE_CORPORA names the home; without it, it is in the user's cache."""
    monkeypatch.setenv("SLANTWISE_CORPORA", str(tmp_path))
    assert corpora_home() == tmp_path
    monkeypatch.delenv("SLANTWISE_CORPORA")
    assert corpora_home().parts[-2:] == ("slantwise", "corpora")


def test_verify_names_each_fault(tmp_path: Path) -> None:
    """A missing file, a wrong size and a wrong sha256 are told apart; right files give no problem."""
    data = tmp_path / "toy" / "data.txt"
    assert verify(a_card(), tmp_path) == [Problem("toy", "data.txt", "missing")]
    data.parent.mkdir()
    data.write_text("hell")
    assert [p.what for p in verify(a_card(), tmp_path)] == ["wrong size, 4 bytes instead of 5"]
    data.write_text("HELLO")
    assert [str(p) for p in verify(a_card(), tmp_path)] == ["toy/data.txt: wrong sha256"]
    data.write_text("hello")
    assert verify(a_card(), tmp_path) == []


def test_an_optional_file_may_be_missing_but_not_wrong(tmp_path: Path) -> None:
    """A readme that is not there is no problem; one with other bytes is."""
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "data.txt").write_text("hello")
    (tmp_path / "toy" / "README").write_text("ho")
    assert verify(a_card(), tmp_path) == [Problem("toy", "README", "wrong sha256")]
    assert is_present(a_card(), tmp_path)


def test_a_tree_has_one_digest_of_its_listing(tmp_path: Path) -> None:
    """A folder of many files is verified by the number of its files and one digest."""
    folder = tmp_path / "toy" / "many"
    folder.mkdir(parents=True)
    (folder / "b.txt").write_text("b")
    (folder / "a.txt").write_text("a")
    expected = sha(f"{sha('a')}  a.txt\n{sha('b')}  b.txt\n")
    card = a_card(file=(), tree=(CorpusTree("many", 2, 2, expected),))
    assert tree_sha256(folder) == expected
    assert verify(card, tmp_path) == []
    (folder / "a.txt").write_text("x")
    assert verify(card, tmp_path) == [Problem("toy", "many", "wrong sha256")]
    (folder / "a.txt").unlink()
    assert verify(card, tmp_path) == [Problem("toy", "many", "wrong size, 1 files instead of 2")]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CliRunner:
    """Return a runner of commands over an empty home."""
    monkeypatch.setenv("SLANTWISE_CORPORA", str(tmp_path))
    return CliRunner()


def test_list_shows_every_corpus(run: CliRunner) -> None:
    """The list has a line a corpus and says that none is here."""
    lines = run.invoke(corpora, ["list"]).output.splitlines()
    assert len(lines) == 1 + len(load_cards())
    assert all(line.split()[3] == "no" for line in lines[1:])


def test_fetch_prints_the_page_to_register_at(run: CliRunner) -> None:
    """A corpus given out after registration is not fetched: its official page is printed."""
    result = run.invoke(corpora, ["fetch", "ptc_semeval20", "frac-dev"])
    assert result.exit_code == 0
    assert "register at https://propaganda" in result.output
    assert "frac-dev: local, only verified here" in result.output


def test_verify_fails_for_a_named_corpus_that_is_absent(run: CliRunner) -> None:
    """Verifying what is not here names the missing files and exits with 1; naming nothing is fine."""
    result = run.invoke(corpora, ["verify", "masc"])
    assert (result.exit_code, "masc/masc_tagged.zip: missing" in result.output) == (1, True)
    assert run.invoke(corpora, ["verify"]).exit_code == 0


def test_an_unknown_name_is_a_usage_error(run: CliRunner) -> None:
    """Every command refuses a corpus that does not exist with exit code 2."""
    for command in ("fetch", "verify", "stats"):
        assert run.invoke(corpora, [command, "nope"]).exit_code == 2


def test_stats_count_what_is_here(run: CliRunner) -> None:
    """Without corpora the statistics count our own texts."""
    output = run.invoke(corpora, ["stats", "seed"]).output
    assert output.startswith("seed: ")
    assert "sets of near-duplicates" in output


@pytest.mark.corpora
@pytest.mark.skipif(not HOME, reason="SLANTWISE_CORPORA is not set: the real corpora are NOT verified")
def test_the_real_corpora_verify() -> None:
    """Every file of the corpora on this machine is the one of its card."""
    here = [card for card in load_cards().values() if (Path(HOME) / card.name).is_dir()]
    assert [problem for card in here for problem in verify(card, Path(HOME))] == []
