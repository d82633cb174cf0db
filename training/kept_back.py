"""What only tests: corpora that never train, and those that are kept back from all but a final evaluation."""

from typing import Final

from training.featurise import Prepared

#: Read by ``evaluate --final`` only, each reading being recorded (``training/readings.py``).
KEPT_BACK: Final = ("frac-dev",)
#: Parts of corpora that are kept back likewise; sentences of them that stand elsewhere are left out.
KEPT_BACK_PARTS: Final = ("rw_test", "mt_test")
#: The corpora and protocols of figures of what is kept back.
KEPT_BACK_FIGURES: Final = ("frac_dev", *KEPT_BACK_PARTS)
#: How often figures of a corpus may be read at all, whatever the bundle: a set read after every change of the
#: model is no test any more.
READINGS: Final = {"frac_dev": 3}
WITH_TESTS: Final = frozenset({"newsmtsc"})
#: Read by ``evaluate`` only.
EVALUATION_ONLY: Final = (*KEPT_BACK, "gvfc", "ccf-climate-frames", "ptc_semeval20")


def without_found(prepared: list[Prepared]) -> list[Prepared]:
    """Leave out what is kept back of a part and whose words stand in any other sample, too."""
    rows = [(p, p.sample.split in KEPT_BACK_PARTS) for p in prepared]
    if not any(back for _, back in rows):
        return prepared
    others = {sentence.lower() for p, back in rows if not back for sentence in p.masked}
    return [p for p, back in rows if not back or others.isdisjoint(s.lower() for s in p.masked)]
