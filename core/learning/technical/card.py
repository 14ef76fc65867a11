"""The card of the technical heads, written from what was measured."""

from collections.abc import Mapping
from typing import Any

_CARD = """# {name} {version}

Six small networks that tell what went wrong with a photograph: each part runs from 0 to 100,
and 100 is well. They look at {statistics} statistics of the preview (640 px on the long edge), so
they tell what can be seen at that size. They state facts, not verdicts: a panned car moved on
purpose and a night is dark.

| part | falls with |
|---|---|
| sharpness | defocus and motion blur |
| motion | motion blur |
| noise | sensor noise |
| underexposure | stops of light too little |
| overexposure | stops of light too much, clipped |
| compression | JPEG's losses |

## How they were made

By `core/learning/technical`, without any rating: photographs were degraded by known degrees in
linear light, at their own size, and then went through the program's own way to a preview. Each
head learned to put the versions of one photograph in order, to give one degree the same number
on every photograph, and to hold still for the flaws of the others. Degrees of the tables: 0.2 to
1 in five steps, which is a circle of confusion of 0.16 % to 1 % of the long edge (radius), a
motion of 0.4 % to 2.5 % in any direction, 5,000 to 50 electrons for white in a cell of 1/640 of
the long edge, 0.7 to 3.5 stops, JPEG quality 80 to 8.

Learnt from: {learnt}. Held out: {held_out}; none of them was learnt from.

## Pairs in order

Of all pairs of versions of one held-out photograph, untouched and five degrees, the share in
which the more degraded version has the lower number. Equal numbers count as wrong.

| part | degraded by | {groups} |
|---|---|{rule}|
{order}

## One degree, one number

Median over held-out photographs, with the 10 % and 90 % quantiles.

| part | untouched | 0.2 | 0.4 | 0.6 | 0.8 | 1 |
|---|---|---|---|---|---|---|
{degrees}

## What else moves a part

Mean change in points against the untouched version when the flaw is another head's, at degree
0.4 and at degree 1.

| part | {kinds} |
|---|{kind_rule}|
{moved}

## Limits

What the preview cannot show, the heads cannot see: a slight misfocus that shows only at 1:1 and
mild JPEG losses of a large photograph leave no trace at 640 px. Defocus, motion and noise are
simulated; a real lens and a real denoiser differ. A picture without any texture says nothing of
its sharpness. Most held-out photographs are small, and no full-size camera original is among
them. Which statistics a head may read was settled with an eye on these same held-out
photographs, so the shares in order may be a little flattering.

## Reproduce

`{command}`

Seed {seed}; the manifest holds the whole recipe. The weights are MIT, as the rest of Shortlist.
"""

COMMAND = "python -m core.services.train_technical --data DATA --run RUN --out resources/technical"


def technical_card(manifest: Mapping[str, Any]) -> str:
    """The card as Markdown, from the manifest of the heads."""
    results, recipe = manifest["results"], manifest["training"]["recipe"]
    parts: Mapping[str, Any] = results["parts"]
    groups = ["all", *results["photographs_held_out"]]
    kinds = sorted({kind for part in parts.values() for kind in part["moved_by_others"]})
    return _CARD.format(
        name=manifest["name"],
        version=manifest["version"],
        statistics=results["statistics"],
        learnt=_counts(results["photographs_learnt_from"]),
        held_out=_counts(results["photographs_held_out"]),
        groups=" | ".join(groups),
        rule="|".join("---" for _ in groups),
        order="\n".join(_order_rows(parts, groups)),
        degrees="\n".join(_degree_row(name, part) for name, part in parts.items()),
        kinds=" | ".join(kinds),
        kind_rule="|".join("---" for _ in kinds),
        moved="\n".join(_moved_row(name, part, kinds) for name, part in parts.items()),
        command=COMMAND,
        seed=recipe["seed"],
    )


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {source}" for source, count in counts.items())


def _order_rows(parts: Mapping[str, Any], groups: list[str]) -> list[str]:
    rows = []
    for name, part in parts.items():
        for kind, shares in part["in_order"].items():
            cells = " | ".join(f"{shares[group]:.2%}" for group in groups)
            rows.append(f"| {name} | {kind} | {cells} |")
    return rows


def _degree_row(name: str, part: Mapping[str, Any]) -> str:
    cells = (
        f"{middle:.0f} ({low:.0f} to {high:.0f})" for _, low, middle, high in part["by_degree"]
    )
    return f"| {name} | {' | '.join(cells)} |"


def _moved_row(name: str, part: Mapping[str, Any], kinds: list[str]) -> str:
    moved = part["moved_by_others"]
    cells = (
        f"{moved[kind]['0.4']:.1f}, {moved[kind]['1']:.1f}" if kind in moved else "-"
        for kind in kinds
    )
    return f"| {name} | {' | '.join(cells)} |"
