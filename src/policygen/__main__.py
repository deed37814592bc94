"""Starts the command line: `policygen`, or `python -m policygen`."""

import signal
import sys
from types import FrameType


def main() -> None:
    """Run the command line. Ctrl-C while it is still being loaded stops it without a word, with exit code 130."""
    usual = signal.getsignal(signal.SIGINT)
    if usual is signal.default_int_handler:  # elsewhere Ctrl-C is ignored, as under nohup
        signal.signal(signal.SIGINT, _stop)
    from policygen import cli

    if usual is signal.default_int_handler:
        signal.signal(signal.SIGINT, usual)
    cli.main()


def _stop(number: int, frame: FrameType | None) -> None:
    sys.exit(130)


if __name__ == "__main__":
    main()
