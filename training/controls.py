"""Controls of stance: what is left when a head does not see whom a sentence is asked about.

``text_only`` is a head that never saw it, fitted and tested on sentences alone; ``target_blanked`` is our own
head, tested on them. Both should be clearly worse: else stance would be no more than the tone of a sentence.
"""

from dataclasses import replace
from typing import Final, Literal

import numpy as np
import scipy.sparse

from models.encoder import DIMENSIONS
from training.tables import Table

Control = Literal["", "text_only", "target_blanked"]
#: How the words beside a mention begin, by their side.
_SIDES: Final = ("<", ">")


def blanked(table: Table) -> Table:
    """Return a table of mentions that does not tell where in its sentence a mention stands."""
    kept = np.array([not gram.startswith(_SIDES) for gram in table.grams], np.float32)
    sentence = table.dense[:, DIMENSIONS:]
    counts = scipy.sparse.csr_matrix(table.counts @ scipy.sparse.diags(kept))
    return replace(table, counts=counts, dense=np.concatenate([sentence, sentence], axis=1))
