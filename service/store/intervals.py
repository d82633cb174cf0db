"""95 % intervals of shares and means, from counts and sums alone."""

from functools import lru_cache
from math import sqrt
from typing import Final

#: The 97.5th percentile of the normal distribution.
Z: Final = 1.959963984540054
#: Below this many values the spread is known too badly to say how sure a mean is.
FEWEST: Final = 5


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Return the score interval of a share, ``whole`` above nought (Wilson 1927)."""
    share, square = part / whole, Z * Z / whole
    middle = share + square / 2
    reach = Z * sqrt((share * (1 - share) + square / 4) / whole)
    low = (middle - reach) / (1 + square) if part else 0.0
    high = (middle + reach) / (1 + square) if part < whole else 1.0
    return low, high


def mean_interval(number: int, total: float, squares: float) -> tuple[float, float] | None:
    """Return Student's interval of a mean of scores in [0, 1]; None for too few of them.

    ``total`` is the sum of the scores, ``squares`` that of their squares.
    """
    if number < FEWEST:
        return None
    mean, freedom = total / number, number - 1
    variance = max(0.0, squares - total * mean) / freedom
    reach = _student(freedom) * sqrt(variance / number)
    return max(0.0, mean - reach), min(1.0, mean + reach)


@lru_cache(maxsize=1_024)
def _student(freedom: int) -> float:
    """Return the 97.5th percentile of Student's t, by its series about the normal's.

    Abramowitz and Stegun 1964, 26.7.5; at 4 degrees of freedom it is off by less than one in 3,000.
    """
    z2 = Z * Z
    terms = (
        (z2 + 1) / 4,
        ((5 * z2 + 16) * z2 + 3) / 96,
        (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384,
        ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92160,
    )
    factor: float = 1 + sum(term / freedom**power for power, term in enumerate(terms, start=1))
    return Z * factor
