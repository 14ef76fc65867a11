"""How sure a figure of a trial is.

A trial repeats little: a photographer has a few shoots, and a shoot that suits the model is luck
that all its photos share. So whole shoots are left out in turn, and few of them count as few.
Where these happen to agree the figure is still no surer than that many photos allow.

Source:
    Efron and Tibshirani 1993, "An introduction to the bootstrap", chapter 11, for the jackknife;
    Fisher 1921 for the scale on which a correlation errs alike everywhere.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.taste.agreement import Measure

_MOST_GROUPS = 40  # left out in turn; of more, several go together
_ALMOST_ONE = 0.9999

Numbers = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]

# Student's t for 95 %, by degrees of freedom from 1.
_STUDENT = (
    12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
    2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and between what it would be, 95 times of 100, over all photos of all shoots."""

    value: float
    low: float
    high: float
    doubt: float  # standard error of the value


@dataclass(frozen=True, slots=True)
class Scale:
    """What a figure can be."""

    lowest: float
    highest: float
    is_correlation: bool = False  # errs less near its ends; Fisher's scale is even


CORRELATION = Scale(-1, 1, is_correlation=True)
DIFFERENCE = Scale(-2, 2)  # of two correlations
PERCENT = Scale(0, 100)


def interval(measure: Measure, shoots: Numbers, bursts: Numbers, scale: Scale) -> Interval:
    """The value over all photos, with its interval.

    Anything is possible where leaving out tells nothing, as with one shoot.

    Args:
        measure: what is measured, over samples of the photos.
        shoots: (N,) of each photo.
        bursts: (N,) of each photo.
        scale: of the measure.
    """
    value = float(measure(np.ones((1, len(shoots))))[0])
    left_out = [_without_each(measure, units) for units in (shoots, bursts)]
    doubt = max(_doubt(found)[0] for found in left_out)
    if scale.is_correlation:
        doubts = [_doubt(_fisher(found)) for found in left_out]
        reach = max(error * times for error, times in doubts)
        low, high = np.tanh(_fisher(np.array([value, value])) + np.array([-reach, reach]))
    else:
        reach = max(error * times for error, times in map(_doubt, left_out))
        low, high = value - reach, value + reach
    return Interval(value, float(max(low, scale.lowest)), float(min(high, scale.highest)), doubt)


def _without_each(measure: Measure, units: Numbers) -> Values:
    """What is measured (G,) without each group of units; what cannot be is left out."""
    different, number = np.unique(units, return_inverse=True)
    groups = min(_MOST_GROUPS, len(different))
    samples = np.ones((groups, len(units)))
    samples[number % groups, np.arange(len(units))] = 0
    found = measure(samples)
    return found[np.isfinite(found)]


def _doubt(found: Values) -> tuple[float, float]:
    """The standard error by values (G,) without each group, and how many of it 95 % are."""
    if len(found) < 2:
        return np.inf, 1.0
    square = ((found - found.mean()) ** 2).sum() * (len(found) - 1) / len(found)
    return float(np.sqrt(square)), _student(len(found) - 1)


def _student(degrees: int) -> float:
    return _STUDENT[degrees - 1] if degrees <= len(_STUDENT) else 1.96 + 2.5 / degrees


def _fisher(correlations: Values) -> Values:
    return np.asarray(np.arctanh(np.clip(correlations, -_ALMOST_ONE, _ALMOST_ONE)), np.float64)
