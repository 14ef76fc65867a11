"""`python -m core …` is `shortlist …` where no console script is installed."""

if __name__ == "__main__":  # decode workers import this file too, and must start quickly
    import multiprocessing

    from core.cli import main

    multiprocessing.freeze_support()
    main()
