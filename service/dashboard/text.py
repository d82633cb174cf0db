"""How numbers and names are written on pages."""

from typing import Final

from flask import Flask

#: Between the groups of a number, and before a unit: narrow, and no line ends there.
NARROW: Final = "\u202f"
DASH: Final = "–"


def words(name: str) -> str:
    """Return a label as people write it."""
    return name.replace("_", " ")


def number(value: float | None, percent: bool = False) -> str:
    """Write a count with its thousands apart, a score with two decimals, a share in per cent."""
    if value is None:
        return DASH
    if percent:
        return f"{value * 100:.1f}{NARROW}%"
    return f"{value:,}".replace(",", NARROW) if isinstance(value, int) else f"{value:.2f}"


def with_interval(value: float | None, low: float | None, high: float | None, percent: bool = False) -> str:
    """Write a number, and its 95 % interval where it has one."""
    said = number(value, percent)
    if low is None or high is None:
        return said
    return f"{said} ({number(low, percent)} to {number(high, percent)})"


def help_templates(app: Flask) -> None:
    """Let every template write them so."""
    app.jinja_env.filters.update(words=words, number=number)
