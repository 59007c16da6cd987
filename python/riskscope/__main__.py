"""``python -m riskscope`` and the script ``riskscope``: the whole program, dashboard included."""

from __future__ import annotations

import signal
import sys


def main() -> int:
    """Run the program with the arguments of this process and return its exit code."""
    from ._native import run

    # Ctrl-C ends a command as it ends the binary; the dashboard reads it as a key.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return run(["riskscope", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
