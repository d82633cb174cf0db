"""What names the outlet is masked, and nothing else."""

import pytest

from models.mask import mask, outlet_names, own_names, strip_opinion_prefix


@pytest.mark.parametrize(
    ("opening", "read"),
    [
        ("WASHINGTON (AP) - The house voted.", "The house voted."),
        ("LONDON, March 3 (Reuters) - The bank raised rates.", "The bank raised rates."),
        ("LONDON, Mar. 3, 2026 (Reuters) - The bank raised rates.", "The bank raised rates."),
        ("KIEV, Ukraine (AP) - The talks failed.", "The talks failed."),
        ("SÃO PAULO (AP) - The judge said no.", "The judge said no."),
        ("(CNN) The mayor resigned.", "The mayor resigned."),
        ("(CNN) - The mayor resigned.", "The mayor resigned."),
        ("PARIS, France /PRNewswire/ - A firm said so.", "A firm said so."),
        ("NEW YORK - The mayor resigned.", "The mayor resigned."),
        ("OPINION: The mayor must go.", "The mayor must go."),
        ("Opinion | The mayor must go.", "The mayor must go."),
        ("EDITORIAL - The mayor must go.", "The mayor must go."),
        ("The mayor (a friend) must go.", "The mayor (a friend) must go."),
    ],
)
def test_openings(opening: str, read: str) -> None:
    """Datelines and "OPINION:" go where a text opens, and only there."""
    assert mask(opening, first=True) == read
    assert len(mask("He said so. " + opening)) > len("He said so. " + read) or opening == read


@pytest.mark.parametrize(
    "line",
    [
        "By Jane Doe",
        "By Jane Doe and John Roe, Staff Writer",
        "BY JANE DOE",
        "(Reporting by Jane Doe; Editing by John Roe)",
        "Additional reporting by Jane Doe",
        "© 2026 Northern Post",
        "Copyright 2026",
        "Follow him on Twitter",
        "FOR IMMEDIATE RELEASE",
        "# # #",
        "-30-",
        "Read more: five ships",
        "This article was originally published in Outlet.",
        "Advertisement",
    ],
)
def test_lines_that_are_not_prose(line: str) -> None:
    """Bylines, wire tails and end marks are not read at all."""
    assert mask(line) == ""


@pytest.mark.parametrize(
    "sentence",
    [
        "By Monday the ships had left the port.",
        "The minister updated his plan.",
        "He likes to follow the ships.",
        "An ap and a cnn in lower case are words.",
    ],
)
def test_prose_is_left_alone(sentence: str) -> None:
    """A sentence that names no outlet is read as it stands."""
    assert mask(sentence) == sentence


@pytest.mark.parametrize(
    ("sentence", "read"),
    [
        ("See https://a.example/b?c=d and www.post.com/x now.", "See and now."),
        ("Write to jane@post.example or ask @jane_d now.", "Write to or ask now."),
        ("Enough #StopTheWar #save_our_port2 #NOW.", "Enough Stop The War save our port 2 NOW."),
        ("The New York Times and Fox News said no.", "Outlet and Outlet said no."),
        ("Reuters' and CNN's reporters saw it.", "Outlet' and Outlet's reporters saw it."),
    ],
)
def test_pasted_things(sentence: str, read: str) -> None:
    """Links, addresses and handles go, hashtags become words, outlets become one word."""
    assert mask(sentence) == read


def test_every_known_outlet_is_masked() -> None:
    """Each hand-written name reads as the same word, so that swapping outlets changes nothing."""
    names = [name for name in outlet_names() if "." not in name]  # FactCheck.org reads as a link
    assert {mask(f"They told {name} so.") for name in names} == {"They told Outlet so."}


def test_own_names() -> None:
    """The publisher's name and host are masked in their usual spellings, and only for its own texts."""
    own = own_names("Northern Post", "northernpost.example")
    assert own == (
        "NORTHERN POST", "NORTHERNPOST", "Northern Post", "Northernpost", "northernpost",
        "northernpost.example",
    )  # fmt: skip
    sentence = "The Northern Post asked; northernpost.example and NORTHERN POST, too."
    assert mask(sentence, own) == "Outlet asked; Outlet and Outlet, too."
    assert mask(sentence) == sentence


@pytest.mark.parametrize(
    ("publisher", "host"), [(None, None), ("", ""), ("x", None), ("y" * 101, None), (None, "a")]
)
def test_names_that_are_none(publisher: str | None, host: str | None) -> None:
    """Missing, tiny and huge names mask nothing."""
    assert own_names(publisher, host) == ()


def test_names_are_no_patterns() -> None:
    """A name with the marks of a regular expression is taken letter by letter."""
    assert mask("A (b+ said so, aab too.", own_names("(b+", None)) == "A Outlet said so, aab too."


def test_titles() -> None:
    """The prefix that names the label goes from a title, once."""
    assert strip_opinion_prefix("OPINION: Editorial: the port") == "Editorial: the port"
