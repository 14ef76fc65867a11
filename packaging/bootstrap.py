"""The one command of the README: sets Shortlist up where it has only Python, then runs it.

  python3 packaging/bootstrap.py open [FOLDER]     set up, open the window
  python3 packaging/bootstrap.py score FOLDER      set up, score without a window
  python3 packaging/bootstrap.py test              set up, run the tests
  python3 packaging/bootstrap.py setup             set up only

Every other word is a command of `shortlist`: rank, export, train, --version;
`score --help` and the like explain each. The environment is `.venv` in the project, or
the folder in SHORTLIST_VENV. The second run starts at once.

Only the standard library is used, and the syntax stays old enough for a Python that is
itself too old to be told so.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST, NEWEST = (3, 11), (3, 13)
_CLEAR_LINE = "\r\x1b[K"
VERBS_WITH_A_WINDOW = ("open", "setup", "test")
WINDOW_READY = "window-ready"  # a file in the environment: the system's libraries were all found


def main(arguments: Sequence[str]) -> int:
    """Set up what the command needs, then become that command."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(__doc__)
        return 0 if arguments else 2
    complaint = unsupported_python(sys.version_info[:2], shutil.which)
    if complaint:
        return _fail(complaint)
    # Imported late: these modules need a Python that was just found to be new enough.
    from setup_failure import SetupError

    try:
        return _set_up_and_run(list(arguments))
    except SetupError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return 130


def command_for(python: Path, arguments: Sequence[str]) -> list[str]:
    """What to run in the environment; empty for `setup`, which runs nothing."""
    verb, rest = arguments[0], list(arguments[1:])
    if verb == "setup":
        return []
    if verb == "open":
        module = ["app", *rest]
    elif verb == "test":
        module = ["pytest", *rest]
    else:
        module = ["core", verb, *rest]
    # -P: a folder named `core` where the user happens to be must not be run instead.
    return [str(python), "-P", "-m", *module]


def unsupported_python(version: tuple[int, ...], find) -> str:  # type: ignore[no-untyped-def]
    """Why this Python cannot be used, and which one could; empty if it can."""
    if OLDEST <= version <= NEWEST:
        return ""
    supported = [f"3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    sentence = f"Shortlist needs Python 3.11, 3.12 or 3.13; this is {version[0]}.{version[1]}."
    for name in supported:
        if find(f"python{name}"):
            return f"{sentence}\nThis machine has one: run the command with python{name}."
    return f"{sentence}\nInstall one of them and run the command with it."


def _set_up_and_run(arguments: list[str]) -> int:
    from environment import Environment

    environment = Environment(ROOT, _environment_folder())
    tests = arguments[0] == "test"
    if not environment.is_ready(tests=tests):
        _require_venv_module()
        environment.prepare(tests=tests, say=_say, step=_step)
        _say("The environment is ready.")
    if arguments[0] in VERBS_WITH_A_WINDOW:
        _require_window_libraries(environment.folder / WINDOW_READY)
    command = command_for(environment.python, arguments)
    if not command:
        _say("Shortlist is set up.")
        return 0
    return _become(command, ROOT if tests else None)


def _environment_folder() -> Path:
    chosen = os.environ.get("SHORTLIST_VENV", "")
    return Path(chosen).expanduser().absolute() if chosen else ROOT / ".venv"


def _require_venv_module() -> None:
    """Debian and Ubuntu keep the module that makes environments in a package of its own."""
    from setup_failure import SetupError
    from system_libraries import advice, install

    if importlib.util.find_spec("ensurepip") is not None:
        return
    package = f"python3.{sys.version_info[1]}-venv"
    _say(f"This Python cannot make environments yet. Installing {package}")
    if not install([package]) or not _has_ensurepip():
        raise SetupError(
            f"This Python cannot make environments: {package} is missing.\n" + advice([package])
        )


def _has_ensurepip() -> bool:
    importlib.invalidate_caches()
    return importlib.util.find_spec("ensurepip") is not None


def _require_window_libraries(ready: Path) -> None:
    """Bring what Qt needs of the system, or say it; stop only where no window can be made."""
    from setup_failure import SetupError
    from system_libraries import advice, find_missing, install

    if ready.exists():
        return
    missing = find_missing()
    if missing:
        _say(missing.sentence)
        _say("Trying to install: " + " ".join(missing.packages))
        installed = install(missing.packages)
        missing = find_missing()
        if missing:
            message = missing.sentence + "\n" + advice(missing.packages)
            if installed or missing.blocks_every_window:
                raise SetupError(message)
            _say(message)
            return
    ready.touch()


def _become(command: list[str], folder: Path | None) -> int:
    if folder is not None:
        os.chdir(folder)
    sys.stdout.flush()
    if os.name != "nt":  # exec on Windows gives the prompt back before the program ends
        os.execv(command[0], command)
    return subprocess.call(command)


def _say(sentence: str) -> None:
    print(_CLEAR_LINE + sentence if sys.stderr.isatty() else sentence, file=sys.stderr, flush=True)


def _step(words: str) -> None:
    if sys.stderr.isatty():
        print(f"{_CLEAR_LINE}  {words}", end="", file=sys.stderr, flush=True)


def _fail(message: str) -> int:
    _say(message)
    return 2


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent))  # python -I and -P leave it out
    sys.exit(main(sys.argv[1:]))
