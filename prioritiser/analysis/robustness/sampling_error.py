"""How far may a share that was found in samples be from the share in all?"""

import math

Z = 1.959963984540054  # of the normal distribution, for 95 %


def wilson(share: float, number: int) -> tuple[float, float]:
    """Return the 95 % interval of a share found in a number of independent samples: Wilson's score interval.

    Wilson, Journal of the American Statistical Association 22(158), 1927, without continuity correction. Unlike
    p ± 1.96·√(p(1−p)/n) it never leaves 0 to 1, and has a width where no sample, or every one, is as wished.
    """
    if number <= 0:
        return 0.0, 1.0
    squared = Z * Z / number
    middle = (share + squared / 2) / (1 + squared)
    half = Z / (1 + squared) * math.sqrt(share * (1 - share) / number + squared / (4 * number))
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))
