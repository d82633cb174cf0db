"""What a caller may ask of the store as a whole: groups, filters, and how texts are counted."""

from typing import Annotated, Final, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from models.request import Profile
from service.queries import Day, FrameName, Name, SourceTypeName
from service.store.answer import plain_publisher
from service.store.cells import Count, Dimension, Question

MAX_BY: Final = 2
MAX_NAMES: Final = 100
MAX_TOP: Final = 1_000
_TIMES: Final = frozenset({"day", "week", "month"})


def _fit(by: list[Dimension]) -> list[Dimension]:
    if len({*by}) < len(by) or len(_TIMES & {*by}) > 1:
        raise PydanticCustomError("by", "names a dimension twice, or two spans of time")
    if "target" in by and {*by} & {"source_type", "frame"}:
        raise PydanticCustomError("by", "joins target with publisher, day, week or month only")
    return by


_By = Annotated[list[Dimension], Field(max_length=MAX_BY), AfterValidator(_fit)]
_Names = Annotated[list[Name], Field(max_length=MAX_NAMES)]


class AggregateQuery(BaseModel):
    """Groups by at most two dimensions, of what all the filters leave."""

    model_config = ConfigDict(extra="forbid")

    by: _By = Field([], description="What to group by, once or twice; absent: everything in one group.")
    publisher: _Names = Field([], description="Only these publishers; an empty name: texts without one.")
    since: Day | None = Field(None, alias="from", description="First day.")
    until: Day | None = Field(None, alias="to", description="Last day.")
    source_type: SourceTypeName | None = Field(None, description="Only texts that read like this.")
    frame: FrameName | None = Field(None, description="Only texts in which this frame is present.")
    target: _Names = Field([], description="Only these followed names, as they stand in the list.")
    bundle: Name | None = Field(None, description="The bundle that scored; absent: the one in use.")
    profile: Profile = "accurate"
    count: Count = Field("stories", description="What figures are over: near-duplicates once, or every copy.")
    top: int | None = Field(None, ge=1, le=MAX_TOP, description="Only so many publishers, the largest.")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        wrong = next((said for said in _misfits(self) if said), None)
        if wrong:
            raise PydanticCustomError("misfit", wrong)
        return self

    def question(self, bundle: str) -> Question:
        """Return what the store is asked; ``bundle`` is the one in use."""
        return Question(
            bundle=self.bundle or bundle, profile=self.profile, by=tuple(self.by), start=self.since,
            end=self.until, publishers=tuple(plain_publisher(name) or "" for name in self.publisher),
            source_type=self.source_type, frame=self.frame, targets=tuple(self.target), count=self.count,
            top=self.top,
        )  # fmt: skip


def _misfits(query: AggregateQuery) -> list[str | None]:
    """Return what does not go together, each as a sentence that names the filter."""
    by = {*query.by}
    late = query.since and query.until and query.since > query.until
    twice = [name for name in ("source_type", "frame") if getattr(query, name) and name in by]
    stray = [name for name in ("source_type", "frame", "top") if getattr(query, name) and "target" in by]
    return [
        "from is after to" if late else None,
        f"{twice[0]} filters what by={twice[0]} groups" if twice else None,
        f"{stray[0]} does not go with by=target" if stray else None,
        "top needs by=publisher" if query.top and "publisher" not in by else None,
        "target needs by=target" if query.target and "target" not in by else None,
    ]
