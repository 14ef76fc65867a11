"""`shortlist-window` and `python -m app [FOLDER]` open the window."""

import multiprocessing

from core.early_stop import stop_quietly


def main() -> int:
    """Load the window and show it; the result is the exit status."""
    multiprocessing.freeze_support()  # a worker of the packaged program never gets beyond this
    stop_quietly()
    from app import startup

    return startup.main()


if __name__ == "__main__":  # decode workers import this file too, and must start quickly
    raise SystemExit(main())
