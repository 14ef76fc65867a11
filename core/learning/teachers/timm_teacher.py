"""timm's networks as teachers, from a safetensors file or as published.

Source: Wightman, timm 1.x; features are what stands before the classifier, pooled; preprocessing
follows the `pretrained_cfg` that belongs to the weights (timm/data/config.py).
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import timm
from safetensors import SafetensorError
from safetensors.torch import load_file
from timm.data import resolve_model_data_config
from torch import nn

from core.errors import TrainingError
from core.learning.teachers.downloads import Consent, Offer, fetch, no_consent
from core.learning.teachers.licences import check_timm_licence
from core.learning.teachers.preprocessing import Fit, Preprocessing
from core.learning.teachers.teacher import NetworkTeacher

_FITS = {"center": Fit.CROP, "squash": Fit.STRETCH}


def timm_teacher(
    model: str,
    checkpoint: Path | None = None,
    *,
    cache: Path,
    consent: Consent = no_consent,
    settings: Mapping[str, object] | None = None,
    preprocessing: Preprocessing | None = None,
    fit: Fit | None = None,
    device: str = "cpu",
) -> NetworkTeacher:
    """A timm network without its classifier.

    Args:
        model: as timm names it, with the tag of the weights: "vit_small_patch14_dinov2.lvd142m".
        checkpoint: a safetensors file; without it the published weights.
        cache: folder for downloads.
        consent: asked with licence, size and source before a download.
        settings: further arguments of `timm.create_model`, such as num_classes and pad_type,
            where a checkpoint needs them.
        preprocessing: where the checkpoint wants another than the model's own.
        fit: stretch instead of what the model was trained with, so that teacher and student see
            the same part of a view.
        device: where the network runs.

    Raises:
        TrainingError: the model is unknown, its licence forbids it, there is no consent or
            network, or the checkpoint is damaged or of another model.
    """
    if not timm.is_model(model.partition(".")[0]):
        raise TrainingError(f"timm has no model {model}.")
    try:
        network = timm.create_model(model, pretrained=False, **(settings or {}))
    except (RuntimeError, TypeError, ValueError) as error:
        raise TrainingError(f"{model} cannot be made: {error}") from error
    licence = "that of the file you named"
    if checkpoint is None:
        checkpoint, licence = _published(model, network, cache, consent)
    _load(network, model, checkpoint)
    network.reset_classifier(0)
    name = f"{model} {checkpoint.name}"
    read = preprocessing or _preprocessing(network)
    if fit is not None:
        read = replace(read, fit=fit, crop_share=1.0)
    return NetworkTeacher(network, read, name=name, licence=licence, device=device)


def _published(model: str, network: nn.Module, cache: Path, consent: Consent) -> tuple[Path, str]:
    told: Any = network.pretrained_cfg
    repository = told.get("hf_hub_id")
    if not repository:
        raise TrainingError(f"timm publishes no weights of {model} on its hub.")
    licence = str(told.get("license") or "")
    check_timm_licence(model, licence)
    size_bytes = 4 * sum(weight.numel() for weight in network.parameters())
    offer = Offer(model, str(repository), licence, size_bytes)
    return fetch(offer, ("model.safetensors",), cache, consent), licence


def _load(network: nn.Module, model: str, checkpoint: Path) -> None:
    if checkpoint.suffix != ".safetensors":
        raise TrainingError(
            f"{checkpoint.name} is not a safetensors file.",
            hint="Other formats can run code when they are opened, so they are not read.",
        )
    try:
        weights = {name: value.float() for name, value in load_file(checkpoint).items()}
        network.load_state_dict(weights)
    except FileNotFoundError as error:
        raise TrainingError(f"{checkpoint.name} is missing in {checkpoint.parent}.") from error
    except (OSError, SafetensorError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise TrainingError(
            f"{checkpoint.name} does not hold the weights of {model}: {reason}"
        ) from error


def _preprocessing(network: nn.Module) -> Preprocessing:
    told = resolve_model_data_config(network)
    _, height, width = told["input_size"]
    if height != width or told["crop_mode"] not in _FITS:
        raise TrainingError("This network's own preprocessing is not supported; say which to use.")
    return Preprocessing(
        size_px=int(height),
        mean=tuple(told["mean"]),
        std=tuple(told["std"]),
        fit=_FITS[told["crop_mode"]],
        interpolation=told["interpolation"],
        crop_share=float(told["crop_pct"]),
    )
