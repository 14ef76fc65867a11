"""The README's table of keys, made from the window's actions: python packaging/key_table.py."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BEGIN, END = "<!-- keys: made by packaging/key_table.py -->", "<!-- end of keys -->"


def key_table() -> str:
    """One row for each action that has a key, in the order of the menus."""
    from app.actions import ACTIONS, MENUS

    lines = ["| | what it does | key |", "| --- | --- | --- |"]
    for menu in MENUS:
        rows = [(spec.text, spec.keys) for spec in ACTIONS if spec.menu == menu and spec.keys]
        lines += _rows(menu, rows)
    return "\n".join(lines)


def with_table(readme: str, table: str) -> str:
    """The README's text with the table between its two marks."""
    before, rest = readme.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def _rows(menu: str, actions: Sequence[tuple[str, Sequence[str]]]) -> Iterator[str]:
    for number, (text, keys) in enumerate(actions):
        named = ", ".join(f"`{key}`" for key in keys)
        yield f"| {menu if number == 0 else ''} | {text.rstrip('…')} | {named} |"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    README.write_text(with_table(README.read_text("utf-8"), key_table()), "utf-8")
