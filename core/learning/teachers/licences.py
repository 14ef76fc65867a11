"""Which published CLIP weights may teach a student that ships, and which may not."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.errors import TrainingError


@dataclass(frozen=True, slots=True)
class Terms:
    """Licence and size of a download."""

    licence: str
    size_bytes: int


_APACHE, _MIT = "Apache-2.0", "MIT"

# Sizes: four bytes a parameter, which is how the hub's safetensors files store them.
ALLOWED: Mapping[tuple[str, str], Terms] = MappingProxyType(
    {
        ("ViT-B-16-SigLIP2", "webli"): Terms(_APACHE, 1_501_000_000),
        ("ViT-L-16-SigLIP2-384", "webli"): Terms(_APACHE, 3_527_000_000),
        ("PE-Core-B-16", "meta"): Terms(_APACHE, 1_790_000_000),
        ("PE-Core-L-14-336", "meta"): Terms(_APACHE, 2_684_000_000),
        ("ViT-L-14", "datacomp_xl_s13b_b90k"): Terms(_MIT, 1_710_000_000),
        ("ViT-B-32", "openai"): Terms(_MIT, 605_000_000),
        ("ViT-B-32", "laion2b_s34b_b79k"): Terms(_MIT, 605_000_000),
    }
)
_RESEARCH_ONLY = ("mobileclip",)
_FREE_TIMM = frozenset({"apache-2.0", "mit", "bsd-3-clause", "cc-by-4.0", "cc0-1.0"})


def check_model(model: str) -> None:
    """Refuse a network whose only weights are for research.

    Raises:
        TrainingError: it is one.
    """
    if model.casefold().startswith(_RESEARCH_ONLY):
        raise TrainingError(
            f"{model} cannot teach: its weights are licensed for research only, and the licence "
            "forbids products made with them, what is derived from them included.",
            hint="Apache-2.0 or MIT: " + ", ".join(sorted({name for name, _ in ALLOWED})) + ".",
        )


def terms_of(model: str, tag: str) -> Terms:
    """Licence and size of weights that may teach.

    Raises:
        TrainingError: they may not, or it is not known whether they may.
    """
    check_model(model)
    try:
        return ALLOWED[model, tag]
    except KeyError:
        raise TrainingError(
            f"The licence of {model} {tag} has not been looked at, so it is not downloaded.",
            hint="Known: " + ", ".join(f"{name} {own}" for name, own in ALLOWED) + ".",
        ) from None


def check_timm_licence(model: str, licence: str) -> None:
    """Refuse timm weights whose licence is not a free one.

    Raises:
        TrainingError: it is not, or none is stated.
    """
    if licence.casefold() not in _FREE_TIMM:
        raise TrainingError(
            f"{model} cannot teach: the licence of its weights is {licence or 'not stated'}.",
            hint="Weights under Apache-2.0, MIT, BSD or CC BY can; or name a file of your own.",
        )
