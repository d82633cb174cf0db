"""Manner of writing as rates."""

import numpy as np
from numpy.typing import NDArray

from models.clean import from_text
from models.features import featurise
from models.style import NAMES


def style_of(text: str) -> dict[str, float]:
    """Return the style of a text by name."""
    row: NDArray[np.float32] = featurise(from_text(text), None).style
    return dict(zip(NAMES, row.tolist(), strict=True))


def test_manner_shows() -> None:
    """Person, obligation and marks rise with their words."""
    plain = style_of(
        "The council met on Monday and the mayor said that the budget was read in full by the clerk."
    )
    loud = style_of(
        "We must act now! Why should you and I wait? They WILL NOT stop, and we know what they want!"
    )
    for name in ("first_plural", "obligation", "second", "exclamation", "question_mark"):
        assert loud[name] > plain[name] == 0
    assert plain["attribution"] > loud["attribution"] == 0


def test_length_does_not_change_rates() -> None:
    """A text said three times over has the rates of the text said once."""
    text = "The council met on Monday, and the mayor said that we must wait for the report. It was late."
    once, thrice = style_of(text), style_of("\n\n".join([text] * 3))
    for name in set(NAMES) - {"log_words"}:
        np.testing.assert_allclose(once[name], thrice[name], atol=1e-5)
    assert thrice["log_words"] > once["log_words"]


def test_nothing_to_read_is_no_error() -> None:
    """A document without an English sentence has finite rates."""
    assert np.isfinite(
        [*style_of("Ce texte n'est pas écrit en anglais, mais bien en français.").values()]
    ).all()
    assert np.isfinite([*style_of("😀").values()]).all()
