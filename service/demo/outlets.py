"""The invented outlets of the demo, and what each publishes on which days of the three months.

The story: a tidal barrage is planned (days 0 to 33), a trial dam breaks and floods homes (34 to 56), an
inquiry and a referendum follow (57 to 89). On day 45 a holding with a stake in the builder buys the
tabloid Daily Beacon, which from then on reads like a campaign; whoever looks at the dashboard can find
the day.
"""

from dataclasses import dataclass
from typing import Final

#: Days that the demo spans, and the first days of its second and third act.
DAYS: Final = 90
ACTS: Final = (0, 34, 57)
SOLD: Final = 47


@dataclass(frozen=True, slots=True)
class Part:
    """So many pieces in one voice, spread over days; a voice is a file of texts, or a kind of news."""

    voice: str
    number: int
    first: int = 0
    last: int = DAYS - 1


@dataclass(frozen=True, slots=True)
class Outlet:
    """One invented outlet; its domain ends in ``.example``, under which nobody can publish."""

    domain: str
    parts: tuple[Part, ...]


OUTLETS: Final = (
    Outlet("meridianwire.example", (Part("reports", 27), Part("everyday", 7))),
    Outlet(
        "lindmoorledger.example",
        (Part("reports", 17), Part("everyday", 8), Part("opinion", 8), Part("reprints", 6)),
    ),
    Outlet(
        "avernepost.example",
        (Part("reports", 16), Part("everyday", 6), Part("opinion", 14), Part("reprints", 5)),
    ),
    Outlet(
        "dailybeacon.example",
        (Part("reports", 26, 0, SOLD), Part("everyday", 6, 0, SOLD), Part("tabloid", 30, SOLD)),
    ),
    Outlet(
        "quaysideradio.example",
        (Part("reports", 21), Part("everyday", 9), Part("reprints", 3), Part("notices", 6)),
    ),
    Outlet("thefathom.example", (Part("opinion", 27),)),
    Outlet("freetheestuary.example", (Part("against", 28, 18),)),
    Outlet("tideworkers.example", (Part("in_favour", 26, 14),)),
    Outlet("averneprovince.example", (Part("releases", 27),)),
    Outlet("tidewell.example", (Part("promotional", 9),)),
    Outlet("thewetblanket.example", (Part("satire", 27),)),
    Outlet("deepcurrents.example", (Part("hoax", 36),)),
)

DOMAINS: Final = tuple(outlet.domain for outlet in OUTLETS)
#: Whom the demo follows over time; and one private person who must not be.
FOLLOWED: Final = ("Ilse Varga", "Rolf Hassel", "Dana Okoye", "Tidewell")
BARRED: Final = ("Marta Eiben",)
