"""What public lists say of a publisher: found by its domain, absent where nothing is known."""

from pathlib import Path

import pytest

from models.listings import FILE, Found, Listing, Listings, ListingsUnusable, ListSource, host_of

SOURCE = ListSource("A list", "A list of outlets", "https://lists.example/a", "MIT", "2023", "0" * 64)
STATE = Listing(
    "a", "2023", ("Herald <b>",), {"country": ("Averne",), "state_control": ("state-controlled media",)}
)
LISTED = Listings("2026-11-22", {"a": SOURCE}, {"herald.example": (STATE,), "co.example": ()})


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """A file holds everything that was put into it, and is for its home's owner."""
    path = LISTED.write(tmp_path / "home")
    assert path == tmp_path / "home" / FILE
    assert Listings.read(tmp_path / "home") == LISTED


def test_no_file_is_no_list(tmp_path: Path) -> None:
    """Where the lists were never built, nothing is said, and nothing fails."""
    assert Listings.read(tmp_path) is None


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b"{", b"\xff", b'{"form":2}', b'{"form":1}', b"[" * 100_000,
     b'{"form":1,"made_on":"","sources":{"a":{}},"domains":{}}',
     b'{"form":1,"made_on":"","sources":{},"domains":{"a":[{"facts":7}]}}'],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_named(raw: bytes, tmp_path: Path) -> None:
    """A damaged file is one exception with the file's name, whatever is wrong with it."""
    (tmp_path / FILE).write_bytes(raw)
    with pytest.raises(ListingsUnusable, match=FILE):
        Listings.read(tmp_path)


def test_facts_that_are_none_of_ours_are_not_read(tmp_path: Path) -> None:
    """A rating that somebody put into the file does not come out of it."""
    rated = Listing("a", "2023", (), {"bias": ("left",), "country": ("Averne",)})
    Listings("", {"a": SOURCE}, {"a.example": (rated,)}).write(tmp_path)
    found = Listings.read(tmp_path)
    assert found is not None
    assert found.domains["a.example"][0].facts == {"country": ("Averne",)}


@pytest.mark.parametrize(
    "publisher",
    ["herald.example", "www.Herald.example", "https://news.herald.example:8000/a?b", "herald.example."],
)
def test_a_publisher_is_found_by_its_domain(publisher: str) -> None:
    """Addresses, hosts and parts of a domain lead to what is said of the domain."""
    assert LISTED.look_up(publisher) == Found("herald.example", (STATE,))


@pytest.mark.parametrize(
    "publisher", [None, "", "The Herald", "example", "xherald.example", "herald .example", "[::1"]
)
def test_a_name_is_not_guessed_at(publisher: str | None) -> None:
    """What is no domain, or another one, is unknown."""
    assert LISTED.look_up(publisher) is None


def test_a_host_is_bare() -> None:
    """Of an address the host is left, without port, user or www."""
    assert [host_of(one) for one in ("HTTP://u:p@www.A.example:1/x", "a.example/x", "A name", "//")] == [
        "a.example", "a.example", "", "",
    ]  # fmt: skip
