"""PySide6 6.12.0 lost a reference at every Signal.emit and ended in an abort; guard the upgrade."""

import sys

from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

EMISSIONS = 2000
NOISE = 200  # other code may take or give a few references to True meanwhile


class Sender(QObject):
    flag = Signal(bool)
    value = Signal(object)


def test_emitting_keeps_the_references_to_true(qtbot: QtBot) -> None:
    sender = Sender()
    received: list[int] = []
    sender.flag.connect(lambda flag: received.append(1 if flag else 0))

    before = sys.getrefcount(True)  # constant from Python 3.12 on, where True is immortal
    for _ in range(EMISSIONS):
        sender.flag.emit(True)

    assert sum(received) == EMISSIONS
    assert abs(sys.getrefcount(True) - before) < NOISE


def test_emitting_keeps_the_references_to_an_object(qtbot: QtBot) -> None:
    sender = Sender()
    sender.value.connect(lambda _: None)
    payload = ["a value of its own"]

    before = sys.getrefcount(payload)
    for _ in range(EMISSIONS):
        sender.value.emit(payload)

    assert sys.getrefcount(payload) == before
