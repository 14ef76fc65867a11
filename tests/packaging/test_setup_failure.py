"""A failed set-up ends in a sentence that says what to do."""

from pathlib import Path

import pytest
from setup_failure import explain_pip_failure


@pytest.mark.parametrize(
    ("log", "advice"),
    [
        ("ERROR: [Errno 28] No space left on device", "Free some space"),
        (
            "Retrying after connection broken by 'NewConnectionError(...)'\n"
            "ERROR: No matching distribution found for numpy",
            "Check the network connection",
        ),
        (
            "ERROR: Could not find a version that satisfies the requirement setuptools>=77 "
            "(from versions: none)\nERROR: No matching distribution found for setuptools>=77",
            "Check the network connection",
        ),
        ("certificate: CERTIFICATE_VERIFY_FAILED", "PIP_CERT"),
        ("ERROR: [WinError 5] Access is denied", "Close other Shortlist windows"),
        ("ERROR: No matching distribution found for torch", "Macs with Apple silicon"),
        ("something never seen before", "could not be installed"),
    ],
)
def test_the_cause_decides_the_advice(tmp_path: Path, log: str, advice: str) -> None:
    file = tmp_path / "setup.log"
    file.write_text("first line\n" * 50 + log)
    text = explain_pip_failure(file)
    assert advice in text.splitlines()[0]
    assert log.splitlines()[-1] in text
    assert str(file) in text
    assert len(text.splitlines()) < 20


def test_a_missing_log_is_no_second_failure(tmp_path: Path) -> None:
    assert "could not be installed" in explain_pip_failure(tmp_path / "none.log")
