"""Finds the model and the technical heads to score with among the shipped files."""

from pathlib import Path

from core.errors import ModelMismatchError
from core.paths import resources_dir
from core.vision.manifest import MANIFEST_NAME


def shipped_model(models: Path | None = None) -> Path:
    """The folder of the model that comes with the program.

    Args:
        models: where to look instead of the program's resources.

    Raises:
        ModelMismatchError: there is none, so this copy of the program is incomplete.
    """
    where = models or resources_dir() / "models"
    found = sorted(path.parent for path in where.glob(f"*/{MANIFEST_NAME}"))
    if not found:
        raise ModelMismatchError(
            "The scoring model is missing from this copy of Shortlist.",
            hint="Install Shortlist again.",
        )
    return found[-1]


def shipped_technical_heads() -> Path:
    """The folder of the technical heads that come with the program."""
    return resources_dir() / "technical"
