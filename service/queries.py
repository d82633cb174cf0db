"""What a caller may ask of the kept scorecards: the query of a list, and the place where it goes on."""

import re
from collections.abc import Collection
from datetime import date
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from models.labels import ADVOCACY, SOURCE_TYPES
from models.request import Profile
from service.schemas import MAX_NAME, PLAIN, sound
from service.store.answer import FRAME_BITS, plain_publisher
from service.store.scores import Filters

MAX_LISTED: Final = 200
_ID: Final = "[0-7][0-9A-HJKMNP-TV-Z]{25}"


def is_id(value: str) -> bool:
    """Say whether a string is of the form of our ids."""
    return re.fullmatch(_ID, value) is not None


def _a_day(value: Any) -> Any:
    """Let no number of seconds pass for a day."""
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise PydanticCustomError("day", "is no day such as 2026-11-22")
    return value


def _among(names: Collection[str]) -> AfterValidator:
    def check(value: str) -> str:
        if value not in names:
            raise PydanticCustomError("unknown", "is none of: {names}", {"names": ", ".join(names)})
        return value

    return AfterValidator(check)


Name = Annotated[str, Field(max_length=MAX_NAME), AfterValidator(sound), PLAIN]
Day = Annotated[date, BeforeValidator(_a_day)]
#: Where a list goes on: the id of the last one shown, which new ones do not shift.
Cursor = Annotated[str, Field(pattern=f"^{_ID}$")]
_LABELS: Final = (ADVOCACY, f"not_{ADVOCACY}")
_Label = Annotated[str, _among(_LABELS), Field(json_schema_extra={"enum": [*_LABELS]})]
SourceTypeName = Annotated[str, _among(SOURCE_TYPES), Field(json_schema_extra={"enum": [*SOURCE_TYPES]})]
FrameName = Annotated[str, _among(FRAME_BITS), Field(json_schema_extra={"enum": [*FRAME_BITS]})]


class ScoresQuery(BaseModel):
    """Filters, all of which must hold, and how much of the list is wanted."""

    model_config = ConfigDict(extra="forbid")

    publisher: Name | None = Field(None, description="As it was sent, but for white space; empty: none.")
    since: Day | None = Field(None, alias="from", description="First day, by published_at or else scoring.")
    until: Day | None = Field(None, alias="to", description="Last day.")
    bundle: Name | None = Field(None, description="The bundle that answered.")
    profile: Profile | None = None
    source_type: SourceTypeName | None = Field(None, description="What the text reads like.")
    advocacy_label: _Label | None = None
    abstained: bool | None = Field(None, description="Whether the advocacy head gave no label.")
    frame: FrameName | None = Field(None, description="A frame that is present.")
    language: Name | None = Field(None, description="Language code, such as en.")
    limit: int = Field(50, ge=1, le=MAX_LISTED)
    cursor: Cursor | None = Field(None, description="next of the page before; keep the filters as they were.")

    def filters(self) -> Filters:
        """Return what the store filters by."""
        named = self.model_dump(exclude={"limit", "cursor"})
        if self.publisher is not None:
            named["publisher"] = plain_publisher(self.publisher) or ""
        return Filters(**named)
