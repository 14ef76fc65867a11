"""`python -m app [FOLDER]` opens the window."""

if __name__ == "__main__":  # decode workers import this file too, and must start quickly
    import multiprocessing
    import sys

    multiprocessing.freeze_support()  # a worker of the packaged program never gets beyond this
    from app.startup import main

    sys.exit(main())
