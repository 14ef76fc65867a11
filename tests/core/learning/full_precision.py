"""The command line in full precision: what bfloat16 rounds depends on how a batch is shared."""

from core.cli import main
from core.learning import devices

if __name__ == "__main__":
    devices.reduced_precision = lambda _: None
    main()
