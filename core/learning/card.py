"""The model card: what the student is for, what it was made from and what was measured."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from core.learning.export import Calibration

LICENCES = (
    "Student weights and this card: MIT, as the rest of Shortlist.",
    "Caltech-101 photographs: CC BY 4.0.",
    "Oxford flowers, Oxford-IIIT pets, describable textures, ImageNet samples, BSDS500, "
    "COCO samples: research use; flower photos: CC BY.",
    "OASIS photographs and ratings (Kurdi et al. 2017; Brielmann and Pelli 2019): open "
    "research stimulus set, not redistributed.",
    "OpenAI CLIP ViT-B/32 features: MIT. MobileNetV2 ImageNet weights: Apache-2.0.",
)

_CARD = """# {name} {version}

A small network that looks at a photograph and predicts how people would rate its beauty. It
orders photographs so that a photographer finds the promising ones first. It does not know
this photographer's taste, it does not tell which frame of a burst is the sharpest, and no
photograph should be deleted because of its score.

- Input: the whole frame, stretched to {size} x {size} pixels, sRGB.
- Output: an embedding of {dimensions} numbers, unit length, and a distribution over the
  ratings 1 to 7.
- Score: {meaning} A spread of 10 means that about two in three photographs that people
  rated turned out within 10 of their score (measured on photographs of unseen themes:
  {within:.0%} within one spread).

## How it was made

From random initialisation, by the code in `core/learning`, after CSKD ("CLIP Brings Better
Features to Visual Aesthetics Learners", arXiv 2307.15640). No teacher's weights are in it.

1. Phase 1, no ratings: {references:,} photographs, {batch} a step.
{stages}
   Targets: an ImageNet MobileNetV2's feature maps of every stage, its pooled features at all
   levels, and OpenAI CLIP ViT-B/32 features (MLP projector, 1 - cosine). On
   {pairs} photographs kept out of phase 1 the cosine to the CLIP features is
   {clip_cosine:.3f}.
2. Phase 2: a teacher learner (ridge regression on MobileNetV2 features of all levels at
   {teacher_sizes} px and on the student's own estimate of the CLIP features), fitted to the
   {rated} rated photographs, predicts rating distributions for unrated ones. The
   student's last stage and head learn both with the squared earth mover's distance; flips and
   mild crops only; running mean of the weights. The sizes that the teacher looks at were chosen
   by its agreement in the same folds, so its figure may be a little too good.

## Results

On the {rated} OASIS photographs, {folds} folds in which no theme stands on both sides,
seeds: {seeds}. In each fold everything that uses ratings was made again without the held-out
themes. SRCC: rank correlation of all held-out predictions; the interval is over themes.

{table}

The shipped weights were trained in phase 2 on all {rated} rated photographs, so they have no
held-out figure of their own here.

## Limits

The ratings are of beauty, by 450 raters of one study, of {rated} photographs; beauty goes with
how pleasant the content is. There are hardly any people in the photographs with CLIP features.
Themes differ much in what they show, so the intervals are wide. What each part of the method is
worth, also where it did not help, stands in ABLATIONS.md, and what other networks would have
cost and brought in ARCHITECTURES.md; `python -m core.learning` makes them with `--ablations` and
`--architectures`.

## Data and licences

{licences}

## Reproduce

`python -m core.learning --data DATA --run RUN --out resources/models`

The run folder may be empty or hold an interrupted run. Seeds: alignment {alignment_seed},
distillation {distillation_seed}; the manifest holds the whole recipe.
"""


def model_card(
    name: str,
    version: str,
    recipe: Mapping[str, object],
    results: Mapping[str, object],
    calibration: Calibration,
) -> str:
    """The card as Markdown, from the recipe and the results as the manifest holds them."""
    alignment, distillation, shape = (
        _section(recipe, key) for key in ("alignment", "distillation", "shape")
    )
    return _CARD.format(
        name=name,
        version=version,
        size=results["size_px"],
        stages="\n".join(_stage(stage) for stage in cast("list[Any]", alignment["stages"])),
        pairs=results["held_out_clip_pairs"],
        clip_cosine=results["held_out_clip_cosine"],
        batch=alignment["batch_size"],
        alignment_seed=alignment["seed"],
        distillation_seed=distillation["seed"],
        dimensions=shape["embedding_dim"],
        meaning=calibration.meaning,
        within=results["share_within_one_spread"],
        references=results["reference_photographs"],
        teacher_sizes=_listed(cast("list[int]", recipe["teacher_sizes_px"])),
        rated=results["rated_photographs"],
        folds=results["folds"],
        seeds=results["seeds"],
        table=systems_table(_section(results, "systems")),
        licences="\n".join(f"- {licence}" for licence in LICENCES),
    )


def systems_table(systems: Mapping[str, object]) -> str:
    """Measures by system, as `evaluation.summarise` gives them, as a Markdown table."""
    head = "| system | SRCC | 95 % | by seed | in fold | PLCC | pairs in theme | squared EMD |"
    rows = [_row(system, _section(systems, system)) for system in systems]
    return "\n".join([head, "|---" * 8 + "|", *rows])


def _stage(stage: Mapping[str, Any]) -> str:
    how = "each stage on the teacher's map before it" if stage["forced"] else "end to end"
    return f"   - {stage['steps']} steps {how}, at {stage['size_px']} px"


def _listed(values: Sequence[int]) -> str:
    *others, last = map(str, values)
    return f"{', '.join(others)} and {last}" if others else last


def _row(system: str, measured: Mapping[str, object]) -> str:
    interval = measured["srcc_95_percent"]
    assert isinstance(interval, list), "the two ends of the interval"
    low, high = interval
    seeds = ", ".join(f"{value:.3f}" for value in measured["srcc_by_seed"])  # type: ignore[attr-defined]
    return (
        f"| {system} | **{measured['srcc']:.3f}** | {low:.3f} to {high:.3f} | {seeds} "
        f"| {measured['srcc_in_fold']:.3f} | {measured['plcc']:.3f} "
        f"| {measured['pairs_within_theme']:.3f} | {measured['squared_emd']:.4f} |"
    )


def _section(mapping: Mapping[str, object], key: str) -> Mapping[str, object]:
    section = mapping[key]
    assert isinstance(section, Mapping), f"{key} is a section of the manifest"
    return section
