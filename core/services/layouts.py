"""How sets of rated photographs lie on the disk; apart, so that `--help` loads nothing else."""

from enum import StrEnum


class Layout(StrEnum):
    """A published set in its published folders."""

    OASIS = "oasis"
    AVA = "ava"
    AADB = "aadb"
    PARA = "para"
