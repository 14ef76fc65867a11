"""The engine as a whole: how it ends."""

import pytest

from core.services.engine import Engine


def test_closing_again_does_and_says_nothing(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    engine.close()
    engine.close()

    assert caplog.messages == []
