"""One article: its text coloured by a signal, what its scorecard says, and one sentence looked at closely."""

from typing import Any, Final

from flask import render_template, request, url_for

from models.labels import POLICY_FRAMES, SENTENCE_SIGNALS
from service.access import needs
from service.current import desk
from service.dashboard import view_article as shown
from service.dashboard import view_said as said
from service.dashboard import view_whole as whole
from service.dashboard.article_read import Article, listed, read_article, read_asker
from service.dashboard.blueprint import bp
from service.dashboard.filters import view_of
from service.dashboard.page_articles import chosen_label
from service.dashboard.raters import may_judge, own_hash, pseudonym
from service.dashboard.view_model import card_in_use, card_of
from service.dashboard.view_votes import Ask, Asker
from service.problems import Refusal
from service.queries import is_id
from service.store.aggregate import kept_bundles
from service.storing import kept_database

#: What an address keeps as people go from sentence to sentence and from article to article.
KEPT: Final = (
    "publisher", "from", "to", "source_type", "frame", "bundle", "profile", "label", "signal", "sentence",
)  # fmt: skip


@bp.get("/articles/<scorecard_id>")
@needs("read", page=True)
def article(scorecard_id: str) -> str:
    """Show an article; for ``part=sentence`` only what is said of the sentence that is looked at."""
    if request.args.get("part") != "sentence":
        return page(scorecard_id)
    asker = asker_of(scorecard_id)
    place = place_in(asker)
    looked = shown.looked_at(place, asker)
    return render_template("dashboard/_sentence.html", looked=looked, place=place, **asking(scorecard_id))


def page(scorecard_id: str, problem: str = "") -> str:
    """Show an article whole, and what went wrong, if anything did."""
    _check(scorecard_id)
    with kept_database().read() as connection:
        found = read_article(connection, scorecard_id, own_hash())
        bundles = kept_bundles(connection)
        view = view_of(request.args.to_dict(flat=False), bundles, desk().scorer.bundle.version)
        following, _ = listed(connection, view, chosen_label(), 1, scorecard_id)
    if found is None:
        raise _absent()
    place = place_in(found.asker)
    return render_template(
        "dashboard/article.html", view=view, following=following, label=chosen_label(), place=place,
        problem=problem, signals=SENTENCE_SIGNALS, policy_frames=POLICY_FRAMES,
        looked=shown.looked_at(place, found.asker), **_text(found, place), **_said(found),
        **asking(scorecard_id),
    )  # fmt: skip


def _text(found: Article, place: shown.Place) -> dict[str, Any]:
    """Return what the page shows of the text."""
    pieces, blocks = shown.pieces(found.text, found.card, place.signal)
    return {
        "kept": found.text is not None, "pieces": pieces, "blocks": blocks,
        "heading": shown.heading(found.card, place.signal),
        "judged": shown.judged_places(place.signal, found.asker),
    }  # fmt: skip


def _said(found: Article) -> dict[str, Any]:
    """Return what the page shows of the scorecard."""
    card, asker = found.card, found.asker
    return {
        "card": card, "advocacy": said.advocacy_verdict(card["advocacy"]),
        "signal_bars": said.bars(card["advocacy"]["signals"]),
        "source": said.source_verdict(card["source_type"]),
        "source_bars": said.source_bars(card["source_type"]),
        "frame_bars": {kind: said.frame_bars(card["frames"], kind) for kind in ("policy", "story")},
        "targets": whole.targets(card, asker), "evidence": whole.evidence(card),
        "abstentions": said.abstentions(card), "versions": whole.versions(card, found.others),
        "asks": _asks(card, asker), "uncalibrated": _uncalibrated(str(card["model"]["bundle"])),
    }  # fmt: skip


def _uncalibrated(version: str) -> frozenset[str]:
    """Return the heads of a bundle whose numbers no human labels stand behind, as far as it is known here."""
    bundle = desk().scorer.bundle
    card = card_in_use(bundle.card(), None) if bundle.version == version else card_of(version)
    return frozenset(head.name for head in card.heads if not head.calibrated) if card else frozenset()


def _asks(card: shown.Card, asker: Asker) -> dict[str, Ask]:
    """Return what people are asked about the whole text: two heads, and each frame that is present."""
    heads = {head: asker.of_text(head) for head in ("advocacy", "source_type")}
    present = [one for one in card["frames"] if one["present"]]
    return heads | {one["frame"]: asker.of_text(f"{one['kind']}_frames", one["frame"]) for one in present}


def asker_of(scorecard_id: str) -> Asker:
    """Return what can be asked about the scorecard that an address names, with the reader's own votes.

    Raises:
        Refusal: 404, nothing of this id is kept.

    """
    _check(scorecard_id)
    with kept_database().read() as connection:
        found = read_asker(connection, scorecard_id, own_hash())
    if found is None:
        raise _absent()
    return found


def place_in(asker: Asker) -> shown.Place:
    """Read from the address which signal and sentence are looked at."""
    return shown.place_of(request.args.get("signal", ""), request.args.get("sentence", ""), asker.judged.card)


def asking(scorecard_id: str) -> dict[str, Any]:
    """Return what every form that judges needs."""

    def address(endpoint: str = "dashboard.article", score: str = scorecard_id, **changes: Any) -> str:
        kept = {name: request.args.getlist(name) for name in KEPT if name in request.args}
        return url_for(endpoint, scorecard_id=score, **(kept | changes))

    return {"address": address, "may_judge": may_judge(), "rater": pseudonym()}


def _check(scorecard_id: str) -> None:
    if not is_id(scorecard_id):
        raise _absent()


def _absent() -> Refusal:
    return Refusal(404, "No scorecard of this id is kept.")
