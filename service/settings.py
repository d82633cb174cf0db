"""What an operator may set: one table of names, defaults and help, read from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

PREFIX = "SLANTWISE_"
#: What may be kept of a request, from nothing to everything.
STORES = ("none", "scores", "text")
YES = frozenset({"1", "yes", "true", "on"})
NO = frozenset({"", "0", "no", "false", "off"})


class BadSetting(ValueError):
    """A setting has a value that cannot be used; the message names the variable."""


def _setting(default: Any, help_text: str, choices: tuple[str, ...] = ()) -> Any:
    return field(default=default, metadata={"help": help_text, "choices": choices})


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a setting as the environment, the command line and the docs show it."""

    name: str
    default: Any
    help: str
    choices: tuple[str, ...] = ()

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return PREFIX + self.name.upper()


@dataclass(frozen=True, slots=True)
class Settings:
    """The table itself; each field's metadata holds its help."""

    host: str = _setting("127.0.0.1", "Address to listen on.")
    port: int = _setting(8000, "Port to listen on.")
    allowed_hosts: str = _setting(
        "localhost,127.0.0.1,[::1]", "Names that a Host header may hold, with commas between."
    )
    bundle: str = _setting("", "Folder of the bundle to serve; empty: the current one.")
    reload_seconds: float = _setting(2.0, "Time between two looks at what the current bundle is.")
    workers: int = _setting(2, "Processes that answer requests.")
    threads: int = _setting(2, "Threads that the encoder may use in each process.")
    max_concurrent: int = _setting(4, "Requests that one process scores at a time; more get 503.")
    deadline_seconds: float = _setting(30.0, "Time to score one text; then 503.")
    retry_seconds: int = _setting(2, "What Retry-After says when the service is busy.")
    max_body_bytes: int = _setting(8_388_608, "Bytes of one request, or of one line of a batch.")
    max_batch_bytes: int = _setting(33_554_432, "Bytes of one batch.")
    max_batch_lines: int = _setting(1_000, "Texts in one batch.")
    store: str = _setting("scores", "What is kept where a request does not say; none: nothing ever.", STORES)
    max_store: str = _setting("text", "The most that a request may ask to be kept.", STORES)
    database_url: str = _setting("", "sqlite or postgresql URL; empty: a file in SLANTWISE_HOME.")
    text_retention_days: int = _setting(90, "Days that a text is kept.")
    drift_days: int = _setting(7, "Days whose texts are compared with those before, to see drift.")
    require_keys: bool = _setting(False, "Ask this machine for a key, too, while none exists.")
    allow_open: bool = _setting(False, "Let everybody score, read and give feedback while no key exists.")
    rate_limit: str = _setting(
        "30000/minute", "Requests and texts of one key, or else of one address; empty: no limit."
    )
    feedback_hour: int = _setting(300, "Votes of one rater in an hour; where there are more, all are held.")
    feedback_day: int = _setting(2_000, "Votes of one rater in a day; where there are more, all are held.")
    feedback_newcomers: int = _setting(20, "New raters in an hour; where there are more, all are held.")
    feedback_known_after: int = _setting(5, "Reviewed votes, most of them right, that make a rater known.")
    feedback_quorum: int = _setting(2, "Known raters who must agree for votes to be accepted unreviewed.")

    @property
    def hosts(self) -> frozenset[str]:
        """The allowed host names in lower case, the bound address among them."""
        named = {name.strip().lower() for name in self.allowed_hosts.split(",") if name.strip()}
        bound = f"[{self.host}]" if ":" in self.host else self.host
        return frozenset(named | {bound.lower()})

    @property
    def bundle_path(self) -> Path | None:
        """The bundle asked for, or None for the current one."""
        return Path(self.bundle) if self.bundle else None


def table() -> tuple[Row, ...]:
    """Every setting, in the order in which the docs and ``--help`` show them."""
    return tuple(Row(row.name, row.default, **row.metadata) for row in fields(Settings))


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings from ``SLANTWISE_*`` variables.

    Raises:
        BadSetting: a value is not a number where one is needed, is not above zero, or is neither yes nor no.

    """
    return Settings(**{row.name: _read(row, environment) for row in table()})


def _read(row: Row, environment: Mapping[str, str]) -> Any:
    raw = environment.get(row.variable)
    if raw is None:
        return row.default
    if isinstance(row.default, bool):
        return _yes_or_no(row, raw)
    try:
        value = type(row.default)(raw)
    except ValueError:
        raise BadSetting(f"{row.variable} must be a {type(row.default).__name__}, not {raw!r}") from None
    if not isinstance(value, str) and not value > 0:
        raise BadSetting(f"{row.variable} must be above 0, not {raw!r}")
    if row.choices and value not in row.choices:
        raise BadSetting(f"{row.variable} must be one of {', '.join(row.choices)}, not {raw!r}")
    return value


def _yes_or_no(row: Row, raw: str) -> bool:
    if raw.lower() not in YES | NO:
        raise BadSetting(f"{row.variable} must be 1 or 0, not {raw!r}")
    return raw.lower() in YES
