"""Widgets are destroyed on the GUI thread, whichever thread fills the memory."""

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.garbage import GarbageCollection


@pytest.fixture
def garbage(qtbot: QtBot) -> Iterator[GarbageCollection]:
    collection = GarbageCollection()
    yield collection
    collection.stop()
    assert gc.isenabled()


class Cyclic(QWidget):
    """A widget that only the collector can free; remembers the thread that did."""

    def __init__(self, freed_by: list[int]) -> None:
        super().__init__()
        self.itself = self
        self.freed_by = freed_by

    def __del__(self) -> None:
        self.freed_by.append(threading.get_ident())


def allocate_much() -> None:
    kept = [[number] for number in range(200_000)]
    del kept


def test_a_worker_that_allocates_never_frees_a_widget(garbage: GarbageCollection) -> None:
    freed_by: list[int] = []
    Cyclic(freed_by)

    worker = threading.Thread(target=allocate_much)
    worker.start()
    worker.join()
    assert freed_by == []

    kept = [[number] for number in range(2_000)]  # more than Python's own threshold
    garbage.collect_what_is_due()
    assert freed_by == [threading.get_ident()]
    assert kept


def test_the_timer_collects_without_being_asked(garbage: GarbageCollection, qtbot: QtBot) -> None:
    freed_by: list[int] = []
    Cyclic(freed_by)
    kept = [[number] for number in range(2_000)]
    qtbot.waitUntil(lambda: freed_by == [threading.get_ident()], timeout=10_000)
    assert kept
