"""What a key may do, and what a view asks of whoever calls it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar, get_args

Scope = Literal["score", "read", "feedback", "admin"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
ALL: Final[frozenset[Scope]] = frozenset(SCOPES)
#: What anybody gets where the operator left the door open: nothing that deletes or decides.
HARMLESS: Final = ALL - {"admin"}

View = TypeVar("View", bound=Callable[..., Any])
_MARK: Final = "slantwise_need"


@dataclass(frozen=True, slots=True)
class Need:
    """One of these scopes, or ``admin``; who is missing from a page is led to sign in."""

    scopes: frozenset[Scope] = frozenset()
    page: bool = False

    def met_by(self, held: frozenset[Scope]) -> bool:
        """Say whether one of the held scopes is enough."""
        return "admin" in held or not self.scopes.isdisjoint(held)


def needs(*scopes: Scope, page: bool = False) -> Callable[[View], View]:
    """Make a view that answers only callers with one of these scopes, or with ``admin``.

    Put it right below the route. A view under ``/v1/`` without it is for ``admin`` alone; elsewhere,
    anybody may look.
    """

    def mark(view: View) -> View:
        vars(view)[_MARK] = Need(frozenset(scopes), page)
        return view

    return mark


def need_of(view: Callable[..., Any] | None, path: str) -> Need | None:
    """Return what a view asks, or None where anybody may look."""
    if view is None:
        return None
    found: Need | None = getattr(view, _MARK, Need() if path.startswith("/v1/") else None)
    return found
