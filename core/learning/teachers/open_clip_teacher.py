"""open_clip's image encoders as teachers, by name and published tag or from a file.

Source: Ilharco et al., open_clip 3.x, `create_model_and_transforms`; features as by
`encode_image(normalize=True)`.
"""

from pathlib import Path
from typing import Any

import open_clip
from torch import nn

from core.errors import TrainingError
from core.learning.teachers.downloads import Consent, Offer, fetch, no_consent
from core.learning.teachers.licences import check_model, terms_of
from core.learning.teachers.preprocessing import Fit, Preprocessing
from core.learning.teachers.teacher import NetworkTeacher

_FILES = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
_FITS = {"shortest": Fit.CROP, "squash": Fit.STRETCH}
_SETTINGS = ("mean", "std", "interpolation", "resize_mode", "quick_gelu")  # beside the weights


def open_clip_teacher(
    model: str,
    pretrained: str | Path,
    *,
    cache: Path,
    consent: Consent = no_consent,
    like: str = "",
    fit: Fit | None = None,
    device: str = "cpu",
) -> NetworkTeacher:
    """The image encoder of an open_clip model.

    Args:
        model: as open_clip names it, "ViT-B-32".
        pretrained: a published tag, "openai", or the path of a checkpoint (safetensors, or
            PyTorch's format read with weights_only).
        cache: folder for downloads.
        consent: asked with licence, size and source before a download.
        like: for a checkpoint file of a model whose published tags differ in their preprocessing
            or activation: the tag that it descends from.
        fit: crop or stretch instead of what the model was trained with, so that teacher and
            student see the same part of a view.
        device: where the network runs.

    Raises:
        TrainingError: the model or tag is unknown, its licence forbids it, there is no consent
            or network, or the checkpoint is damaged or of another model.
    """
    check_model(model)
    if model not in open_clip.list_models():
        raise TrainingError(f"open_clip has no model {model}.")
    if Path(pretrained).is_file():
        path, tag, licence = Path(pretrained), like, "that of the file you named"
        settings = _settings_of_file(model, like)
        name = f"{model} {path.name}"
    else:
        tag = str(pretrained)
        settings = _registered(model, tag)
        path, licence = _published(model, tag, settings, cache, consent)
        name = f"{model} {tag}"
    network = _load(model, path, settings)
    preprocessing = _preprocessing(network.visual, fit)
    return NetworkTeacher(network.visual, preprocessing, name=name, licence=licence, device=device)


def _published(
    model: str, tag: str, settings: dict[str, Any], cache: Path, consent: Consent
) -> tuple[Path, str]:
    terms = terms_of(model, tag)
    repository, _, file = str(settings["hf_hub"]).rpartition("/")
    offer = Offer(f"{model} {tag}", repository, terms.licence, terms.size_bytes)
    return fetch(offer, (file,) if file else _FILES, cache, consent), terms.licence


def _registered(model: str, tag: str) -> dict[str, Any]:
    settings = open_clip.get_pretrained_cfg(model, tag)
    if not settings:
        tags = ", ".join(open_clip.list_pretrained_tags_by_model(model)) or "none"
        raise TrainingError(
            f"{tag} is neither a file nor a published tag of {model}.", hint=f"Its tags: {tags}."
        )
    return dict(settings)


def _settings_of_file(model: str, like: str) -> dict[str, Any]:
    """What belongs to a checkpoint but does not stand in it: a guess would be silently wrong."""
    if like:
        return _registered(model, like)
    tags = open_clip.list_pretrained_tags_by_model(model)
    known = [_registered(model, tag) for tag in tags]
    kinds = {tuple(settings.get(key) for key in _SETTINGS) for settings in known}
    if len(kinds) > 1:
        raise TrainingError(
            f"Checkpoints of {model} differ in their preprocessing or activation.",
            hint=f"Say which published one yours is like: {', '.join(tags)}.",
        )
    return known[0] if known else {}


def _load(model: str, path: Path, settings: dict[str, Any]) -> Any:
    try:
        network, _, _ = open_clip.create_model_and_transforms(
            model,
            pretrained=str(path),
            force_quick_gelu=bool(settings.get("quick_gelu", False)),
            image_mean=settings.get("mean"),
            image_std=settings.get("std"),
            image_interpolation=settings.get("interpolation"),
            image_resize_mode=settings.get("resize_mode"),
            weights_only=True,
        )
    except Exception as error:  # torch, pickle and safetensors have error types of their own
        reason = " ".join(str(error).split())[:200]
        told = f"{path.name} does not hold the weights of {model}: {reason}"
        raise TrainingError(told) from error
    return network


def _preprocessing(visual: nn.Module, fit: Fit | None) -> Preprocessing:
    told: Any = visual.preprocess_cfg
    sides = told["size"] if isinstance(told["size"], tuple | list) else (told["size"],)
    if len(set(sides)) != 1:
        raise TrainingError(f"A teacher that reads {sides} pixels is not supported, only squares.")
    if fit is None and told["resize_mode"] not in _FITS:
        raise TrainingError(f"The resize mode {told['resize_mode']} is not supported.")
    return Preprocessing(
        size_px=int(sides[0]),
        mean=tuple(told["mean"]),
        std=tuple(told["std"]),
        fit=fit or _FITS[told["resize_mode"]],
        interpolation=told["interpolation"],
    )
