"""What the service says of the store as a whole: groups with counts, means and shares."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from models.request import Profile
from service.answers import MaybeScore, Score
from service.store.cells import Count, Dimension
from service.store.figures import FEWEST

_FEW = f"null where fewer than {FEWEST} texts of a publisher would stand behind it"


def _only_what_is_there(schema: dict[str, Any]) -> None:
    """Document no default for a key that is absent where it was not asked for."""
    for field in schema["properties"].values():
        field.pop("default", None)


class _Keys(BaseModel):
    """What a group stands for: of these only those that were asked for."""

    model_config = ConfigDict(json_schema_extra=_only_what_is_there)

    publisher: str | None = Field(None, description="Null for texts without a publisher.")
    day: str | None = Field(None)
    week: str | None = Field(None, description="Its Monday.")
    month: str | None = Field(None, description="Its first day.")
    source_type: str | None = Field(None, description="Beside frames null for texts without a source type.")
    frame: str | None = Field(None)
    target: str | None = Field(None, description="A followed name.")


class Share(BaseModel):
    """A share of ``of`` texts, with Wilson's 95 % interval."""

    value: Score
    low: Score
    high: Score
    of: int


class Mean(BaseModel):
    """Advocacy over the texts with a label: the mean score and the share labelled advocacy."""

    answered: int
    mean: Score
    low: MaybeScore = Field(description="Student's 95 % interval; null below 5 texts.")
    high: MaybeScore
    share: Share


class Stances(BaseModel):
    """Stance over the texts in which it got a label, as shares."""

    answered: int
    favour: Share
    neutral: Share
    against: Share


class Group(_Keys):
    """A group of texts and what the scores say of it."""

    documents: int = Field(description="All copies.")
    stories: int = Field(description="Near-duplicates counted once, under the first that came.")
    share: Share | None = Field(
        None, description=f"By source_type and frame: its share of the texts that got a label; {_FEW}."
    )
    abstained: int = Field(description="Texts without an advocacy label, or by target without a stance.")
    reasons: dict[str, int] | None = Field(description="The same by reason; null within one frame.")
    advocacy: Mean | None = Field(None, description=f"Null without any label; {_FEW}.")
    stance: Stances | None = Field(None, description=f"By target only. Null without any label; {_FEW}.")


class Unlabelled(_Keys):
    """Texts that got no source type, or no frames, and why."""

    abstained: int
    reasons: dict[str, int]


class Withheld(_Keys):
    """A publisher's texts, too few for anything but their number."""

    documents: int
    stories: int


class KeptBundle(BaseModel):
    """A bundle and profile of which scorecards are kept."""

    model_config = ConfigDict(populate_by_name=True)

    bundle: str
    profile: Profile
    documents: int
    since: str = Field(alias="from", description="First day.")
    until: str = Field(alias="to", description="Last day.")


class Aggregate(BaseModel):
    """Groups of kept texts, all scored by one bundle and profile."""

    bundle: str
    profile: Profile
    by: list[Dimension]
    count: Count
    groups: list[Group]
    unlabelled: list[Unlabelled] = Field(description="Texts that are in none of the groups of a dimension.")
    withheld: list[Withheld] = Field(description=f"Groups of fewer than {FEWEST} texts of named publishers.")
    kept: list[KeptBundle] = Field(description="What else may be asked for.")
