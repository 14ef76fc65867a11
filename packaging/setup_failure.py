"""Why a set-up failed, as sentences that say what to do."""

from __future__ import annotations

from pathlib import Path

LOG_LINES = 12

# What pip's log holds -> what the user can do about it; the first match counts.
CAUSES = (
    (
        ("No space left on device", "Errno 28", "not enough space on the disk"),
        "The disk is full. Free some space (10 GB on Linux), then run the same command again.",
    ),
    (
        (
            # Every system has setuptools: nothing at all could be looked up.
            "requirement setuptools>=77 (from versions: none)",
            "NewConnectionError",
            "ProxyError",
            "Temporary failure in name resolution",
            "Failed to establish a new connection",
            "Network is unreachable",
            "ConnectTimeoutError",
            "Read timed out",
            "Connection aborted",
            "Connection reset",
            "IncompleteRead",
            "getaddrinfo failed",
            "nodename nor servname",
        ),
        "The Python packages could not be downloaded. Check the network connection (and, behind "
        "a proxy, the HTTPS_PROXY variable), then run the same command again.",
    ),
    (
        ("CERTIFICATE_VERIFY_FAILED", "SSLError"),
        "A secure connection to the package registry was not possible. Check the system's clock "
        "and, behind a company proxy, its certificate (PIP_CERT).",
    ),
    (
        ("Permission denied", "Access is denied", "Errno 13"),
        "A file could not be written. Close other Shortlist windows and check that the folder is "
        "yours, or name another one in SHORTLIST_VENV.",
    ),
    (
        ("No matching distribution found", "Could not find a version"),
        "A package is not to be had for this system. Shortlist runs on 64-bit Linux and Windows "
        "and on Macs with Apple silicon, with Python 3.11, 3.12 or 3.13.",
    ),
)


class SetupError(Exception):
    """The set-up cannot go on; the text is for the user."""


def explain_pip_failure(log: Path) -> str:
    """The likely cause, the end of pip's log, and where all of it is."""
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    tail = "\n".join("  | " + line for line in text.splitlines()[-LOG_LINES:])
    return f"{_cause(text)}\n{tail}\nThe whole log is {log}"


def _cause(text: str) -> str:
    for signs, sentence in CAUSES:
        if any(sign in text for sign in signs):
            return sentence
    return "The Python packages could not be installed."
