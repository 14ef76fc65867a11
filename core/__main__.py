"""`python -m core …` is `shortlist …` where no console script is installed."""

if __name__ == "__main__":  # decode workers import this file too, and must start quickly
    from core.cli import main

    main()
