"""Votes that people give on the Article page: under a pseudonym, one thing at a time, and taken back."""

from typing import Final

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import TypeAdapter, ValidationError

from service.access import caller, needs
from service.dashboard.blueprint import bp
from service.dashboard.page_article import asker_of, asking, page
from service.dashboard.raters import judge_as, own_hash, pseudonym
from service.dashboard.view_votes import Ask, Mine, vote_fields
from service.feedback.bodies import FeedbackBody, Rater
from service.feedback.giving import take_vote
from service.feedback.items import find_item
from service.feedback.own import take_back
from service.problems import Refusal, describe
from service.storing import kept_database

#: A note and some numbers; nothing that is sent here is longer.
MAX_FORM_BYTES: Final = 16_384
_RATER: Final[TypeAdapter[str]] = TypeAdapter(Rater)
Form = dict[str, str]


@bp.post("/articles/<scorecard_id>/rater")
@needs("feedback", page=True)
def rater(scorecard_id: str) -> ResponseReturnValue:
    """Remember in this browser under which pseudonym somebody judges."""
    request.max_content_length = MAX_FORM_BYTES
    try:
        judge_as(_RATER.validate_python(request.form.get("rater", "").strip()))
    except ValidationError as error:
        return page(scorecard_id, f"This pseudonym {describe(error).detail}."), 422
    return _back(scorecard_id)


@bp.post("/articles/<scorecard_id>/votes")
@needs("feedback", page=True)
def vote(scorecard_id: str) -> ResponseReturnValue:
    """Keep a vote, or take one back; answer with the form as it stands then."""
    request.max_content_length = MAX_FORM_BYTES
    form = {**request.form.to_dict(), "rater": pseudonym()}
    try:
        _ask(scorecard_id, form)  # a form that is not ours goes no further
    except ValidationError as error:
        raise Refusal(422, describe(error).detail or "") from None
    try:
        before = _undo(scorecard_id, form) if form.get("undo") else _give(scorecard_id, form)
    except (Refusal, ValidationError) as error:
        return _refused(scorecard_id, form, error)
    return _form(scorecard_id, form, before=before) if _asked_for_part() else _back(scorecard_id)


def _give(scorecard_id: str, form: Form) -> str:
    """Keep a vote; return the one that stood before as a form says it, empty where there was none."""
    if not form["rater"]:
        raise Refusal(422, "Say first under which pseudonym you judge.")
    body = FeedbackBody.model_validate(vote_fields(form, scorecard_id))
    before = _ask(scorecard_id, form).mine
    now = Mine.of(take_vote(kept_database(), body, caller()).row)
    return before.vote if before and before.vote != now.vote else ""


def _undo(scorecard_id: str, form: Form) -> str:
    """Take the last vote back: what stood before it stands again, or nothing does."""
    if form.get("before"):
        _give(scorecard_id, {**form, "vote": form["before"], "label": ""})
        return ""
    database, own = kept_database(), own_hash()
    with database.begin() as connection:
        if own is None or not take_back(connection, form["undo"], own):
            raise Refusal(404, "There is no vote of yours to take back.")
    database.forget_deleted()
    return ""


def _refused(scorecard_id: str, form: Form, error: Refusal | ValidationError) -> ResponseReturnValue:
    """Say in the form, or on the page, why a vote was not taken."""
    told = describe(error)
    said = told.detail or told.title
    shown = _form(scorecard_id, form, problem=said) if _asked_for_part() else page(scorecard_id, said)
    return shown, told.status


def _form(scorecard_id: str, form: Form, before: str = "", problem: str = "") -> str:
    return render_template(
        "dashboard/_asked.html", ask=_ask(scorecard_id, form), before=before, problem=problem,
        **asking(scorecard_id),
    )  # fmt: skip


def _ask(scorecard_id: str, form: Form) -> Ask:
    """Return the question that a form belongs to, as it stands in the store.

    Raises:
        Refusal: 404, the scorecard is not kept; 422, it holds no such thing.
        ValidationError: the form is none of ours.

    """
    asker = asker_of(scorecard_id)
    fields = vote_fields({**form, "vote": "agree", "rater": "anybody", "note": ""}, scorecard_id)
    return asker.of_item(find_item(FeedbackBody.model_validate(fields), asker.judged))


def _asked_for_part() -> bool:
    return "HX-Request" in request.headers


def _back(scorecard_id: str) -> ResponseReturnValue:
    """Lead back to where the form was sent from."""
    return redirect(asking(scorecard_id)["address"](), 303)
