"""What the technical parts are called, which way they run, and what they tell.

They are facts. Words such as "bad" or "reject" have no place here: a night is dark, and a panned
car moved, because the photographer wanted it.
"""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from core.photo import TechnicalPart


@dataclass(frozen=True, slots=True)
class PartWords:
    """One part in the user's language."""

    name: str
    direction: str  # what a higher number means
    meaning: str  # whole sentences


def part_words() -> dict[TechnicalPart, PartWords]:
    """The words of every part, in the order in which they are shown."""
    return {
        TechnicalPart.SHARPNESS: PartWords(
            _tr("Sharpness"),
            _tr("higher is sharper"),
            _tr(
                "How sharp the photo is at preview size. Defocus and motion blur lower it. What "
                "shows only at 1:1 is not seen here."
            ),
        ),
        TechnicalPart.SUBJECT_SHARPNESS: PartWords(
            _tr("Subject sharpness"),
            _tr("100 is the sharpest of its group"),
            _tr(
                "How much fine detail the subject has at 1:1, in percent of the sharpest photo of "
                "its group. It is measured where the photos of a group are compared for sharpness."
            ),
        ),
        TechnicalPart.MOTION: PartWords(
            _tr("No motion blur"),
            _tr("higher is steadier"),
            _tr(
                "How little the picture is smeared in one direction, by the camera or by what "
                "moved in front of it. Pans and long exposures are low on purpose."
            ),
        ),
        TechnicalPart.NOISE: PartWords(
            _tr("Low noise"),
            _tr("higher is cleaner"),
            _tr("How little grain of the sensor shows at preview size."),
        ),
        TechnicalPart.UNDEREXPOSURE: PartWords(
            _tr("Not too dark"),
            _tr("higher has more light"),
            _tr(
                "The dark side of the exposure: low where the picture looks as if it got too "
                "little light. On test photos 1.4 stops too little gave about 60, 2.8 stops about "
                "15. Night and low key are low on purpose."
            ),
        ),
        TechnicalPart.OVEREXPOSURE: PartWords(
            _tr("Not too bright"),
            _tr("higher keeps more of the lights"),
            _tr(
                "The bright side of the exposure: low where the picture looks as if it got too "
                "much light, and where lights are clipped to white. On test photos 1.4 stops too "
                "much gave about 55, 2.8 stops about 25. High key is low on purpose."
            ),
        ),
        TechnicalPart.COMPRESSION: PartWords(
            _tr("Low compression"),
            _tr("higher shows less of it"),
            _tr("How little the losses of JPEG show at preview size."),
        ),
    }


def _tr(text: str) -> str:
    return QCoreApplication.translate("PartWords", text)
