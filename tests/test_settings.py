"""Settings: one table for the environment, the command line and the help."""

import pytest
from click.testing import CliRunner

from service.commands import serve
from service.settings import BadSetting, Settings, settings_from, table


def test_defaults_listen_on_this_machine_only() -> None:
    """Nothing set means the defaults: loopback, and the loopback's own names."""
    assert settings_from({}) == Settings()
    assert Settings().hosts == {"localhost", "127.0.0.1", "[::1]"}


def test_reads_the_environment() -> None:
    """Each variable sets the field it is named after, with the type of its default."""
    found = settings_from(
        {"SLANTWISE_PORT": "80", "SLANTWISE_DEADLINE_SECONDS": "2.5", "SLANTWISE_HOST": "::"}
    )
    assert (found.port, found.deadline_seconds, found.host) == (80, 2.5, "::")
    assert "[::]" in found.hosts


@pytest.mark.parametrize("value", ["many", "0", "-1", "1.5", ""])
def test_refuses_what_is_no_number(value: str) -> None:
    """A value that cannot be used is refused by the name of its variable."""
    with pytest.raises(BadSetting, match="SLANTWISE_WORKERS"):
        settings_from({"SLANTWISE_WORKERS": value})


@pytest.mark.parametrize(
    ("value", "meant"),
    [("1", True), ("Yes", True), ("on", True), ("0", False), ("No", False), ("", False)],
)
def test_reads_yes_and_no(value: str, meant: bool) -> None:
    """What is either so or not is told by a few plain words."""
    assert settings_from({"SLANTWISE_ALLOW_OPEN": value}).allow_open is meant


@pytest.mark.parametrize("value", ["2", "perhaps", "-"])
def test_refuses_what_is_neither_yes_nor_no(value: str) -> None:
    """A door is never opened by a word that nobody defined."""
    with pytest.raises(BadSetting, match="SLANTWISE_ALLOW_OPEN"):
        settings_from({"SLANTWISE_ALLOW_OPEN": value})


@pytest.mark.parametrize("name", ["STORE", "MAX_STORE"])
def test_refuses_what_is_no_choice(name: str) -> None:
    """A word that is none of the choices is refused, and they are named."""
    with pytest.raises(BadSetting, match=f"SLANTWISE_{name} must be one of none, scores, text, not 'all'"):
        settings_from({f"SLANTWISE_{name}": "all"})


def test_help_shows_every_setting(runner: CliRunner) -> None:
    """``serve --help`` lists each setting with its variable."""
    shown = runner.invoke(serve, ["--help"]).output
    assert [row.variable for row in table() if row.variable not in shown.replace("\n", "")] == []
