"""`shortlist …`, and `python -m core …` where no console script is installed."""

from core.early_stop import stop_quietly


def main() -> None:
    """Load the command line and run it."""
    stop_quietly()
    from core import cli

    cli.main()


if __name__ == "__main__":  # decode workers import this file too, and must start quickly
    main()
