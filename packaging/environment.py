"""The Python environment Shortlist runs in: made once, repaired when half made, reused at once.

A record inside the environment says what it was made from. It is written last, so an
environment without a matching record is never trusted.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from setup_failure import SetupError, explain_pip_failure

RECORD = "shortlist-setup.json"
LOCK = "shortlist-setup.lock"
LOG = "shortlist-setup.log"
UNFINISHED = "unfinished"

# Measured with the pinned versions; Linux brings PyTorch's CUDA libraries.
NEEDED_BYTES = {"linux": 10_000_000_000}
NEEDED_BYTES_ELSEWHERE = 4_000_000_000

Say = Callable[[str], None]  # a sentence that stays
Step = Callable[[str], None]  # what is going on right now; the next one replaces it


@dataclass(frozen=True)
class Environment:
    """One environment for one checkout of the project."""

    root: Path  # the project: pyproject.toml is here
    folder: Path
    windows: bool = os.name == "nt"

    @property
    def python(self) -> Path:
        return self.folder / ("Scripts/python.exe" if self.windows else "bin/python")

    @property
    def log(self) -> Path:
        return self.folder / LOG

    def fingerprint(self) -> str:
        """Changes whenever the environment has to be brought up to date."""
        digest = hashlib.sha256()
        for name in ("pyproject.toml", "packaging/constraints.txt"):
            digest.update((self.root / name).read_bytes())
        # An editable installation and the scripts name the folder they were made in.
        digest.update(os.fsencode(self.root) + os.fsencode(self.folder))
        digest.update(f"{sys.version_info[0]}.{sys.version_info[1]}".encode())
        return digest.hexdigest()

    def is_ready(self, *, tests: bool) -> bool:
        record = self._record()
        return (
            record.get("fingerprint") == self.fingerprint()
            and (not tests or record.get("tests") is True)
            and self.python.exists()
        )

    def prepare(self, *, tests: bool, say: Say, step: Step) -> None:
        """Make or update the environment so that `is_ready` holds.

        Raises:
            SetupError: a sentence that says what is missing and what to do.
        """
        self._claim_folder()
        with _locked(self.folder / LOCK):
            if self.is_ready(tests=tests):  # another set-up finished while this one waited
                return
            record = self._record()
            self._check_space(record)
            if record.get("python") != _python_version() or not self.python.exists():
                self._create(say)
                record = {}
            tests = tests or record.get("tests") is True
            say("Installing what Shortlist needs (minutes; on Linux about 3 GB to download)")
            self._install(record, tests=tests, step=step)

    def _claim_folder(self) -> None:
        """Mark the folder as ours, or refuse: nothing of the user's may be deleted later."""
        if self.folder.exists() and not (self.folder / RECORD).exists():
            strangers = {child.name for child in self.folder.iterdir()} - {LOCK, RECORD + ".new"}
            if strangers:
                raise SetupError(
                    f"{self.folder} exists and was not made by this set-up.\n"
                    "Remove it, or name another folder in SHORTLIST_VENV."
                )
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if not (self.folder / RECORD).exists():
                self._write_record({"state": UNFINISHED})
        except OSError as error:
            raise SetupError(
                f"The environment cannot be made in {self.folder}: {error.strerror}.\n"
                "Name a folder you can write to in SHORTLIST_VENV."
            ) from error

    def _check_space(self, record: dict[str, object]) -> None:
        if "fingerprint" in record:  # an update changes a few packages
            return
        needed = NEEDED_BYTES.get(sys.platform, NEEDED_BYTES_ELSEWHERE)
        free = shutil.disk_usage(self.folder).free + _size_of(self.folder)
        if free < needed:
            raise SetupError(
                f"The set-up needs {needed / 1e9:.0f} GB of free space in {self.folder.parent}; "
                f"there are {free / 1e9:.1f} GB.\n"
                "Free some space, or name a folder on another drive in SHORTLIST_VENV."
            )

    def _create(self, say: Say) -> None:
        for child in self.folder.iterdir():
            if child.name in (LOCK, RECORD):
                continue
            if child.is_dir() and not child.is_symlink():
                shutil.rmtree(child)
            else:
                child.unlink()
        self._write_record({"state": UNFINISHED})
        say(f"Making a Python environment in {self.folder}")
        try:
            venv.EnvBuilder(with_pip=True, symlinks=not self.windows).create(self.folder)
        except (OSError, subprocess.CalledProcessError) as error:
            raise SetupError(f"The Python environment could not be made: {error}") from error

    def _install(self, before: dict[str, object], *, tests: bool, step: Step) -> None:
        self._write_record({"state": UNFINISHED})
        status = self._run_pip(tests=tests, step=step)
        if status != 0:
            # pip went back to where it was by itself, so the old record holds again.
            self._write_record(before or {"state": UNFINISHED})
            raise SetupError(explain_pip_failure(self.log))
        self._write_record(
            {"fingerprint": self.fingerprint(), "python": _python_version(), "tests": tests}
        )

    def _run_pip(self, *, tests: bool, step: Step) -> int:
        project = f"{self.root}[test]" if tests else str(self.root)
        command = [str(self.python), "-I", "-m", "pip", "install"]
        command += ["--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
        command += ["--constraint", str(self.root / "packaging" / "constraints.txt")]
        command += ["--editable", project]
        with (
            self.log.open("w", encoding="utf-8") as log,
            subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
            ) as pip,
        ):
            for line in pip.stdout or ():
                log.write(line)
                if line.startswith("Collecting "):
                    step("getting " + line.split()[1])
                elif line.startswith("Installing collected packages"):
                    step("unpacking")
        return pip.returncode

    def _record(self) -> dict[str, object]:
        try:
            record = json.loads((self.folder / RECORD).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return record if isinstance(record, dict) else {}

    def _write_record(self, record: dict[str, object]) -> None:
        temporary = self.folder / (RECORD + ".new")
        temporary.write_text(json.dumps(record), encoding="utf-8")
        temporary.replace(self.folder / RECORD)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock of one environment: two set-ups at once would undo each other."""
    with path.open("a+b") as file:
        if sys.platform == "win32":
            import msvcrt

            while True:
                try:
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                    break
                except OSError:  # it gives up after ten seconds; the other set-up takes minutes
                    continue
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield  # closing the file, or the death of the process, releases it


def _python_version() -> str:
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def _size_of(folder: Path) -> int:
    """Bytes that a half-made environment already holds, and that its repair frees."""
    sizes = (
        os.lstat(Path(base) / name).st_size for base, _, names in os.walk(folder) for name in names
    )
    return sum(sizes)
