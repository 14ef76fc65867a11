"""How long the deep arm takes, told before it begins, and so how its steps share its bar.

Measured on two cores with 200 marked and 2,000 other photos of ten shoots: 182 s.
"""

_BEGIN_S = 5.0  # another process, and torch in it
_LOOK_S = 0.035  # a photo
_TEACH_S = 7.5  # a model: one for each fold, and the one from all marks
_ASK_S = 0.001  # a photo, by each model


def expected_seconds(photos: int, folds: int) -> float:
    """About how long it takes to look at so many photos and to learn from them."""
    return _BEGIN_S + photos * _LOOK_S + _teaching_s(photos, folds)


def share_of_looking(photos: int, folds: int) -> float:
    """Which part of the time, 0 to 1, goes into looking at the photos."""
    looking = photos * _LOOK_S
    return looking / (looking + _teaching_s(photos, folds))


def _teaching_s(photos: int, folds: int) -> float:
    return (folds + 1) * (_TEACH_S + photos * _ASK_S)
