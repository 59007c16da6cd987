"""The program run inside the Python process: output, exit codes, and the dashboard on a terminal."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time

import pytest

COMMANDS = [
    ["eval", "--preset", "double-divergence", "--samples", "200,400", "--json"],
    ["curve", "--preset", "double-divergence", "--points", "20", "--format", "csv"],
    ["presets"],
    ["--version"],
    ["eval", "--preset", "no-such-preset", "--at", "1"],
]


def ran(command):
    done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda a: a[0].strip("-"))
def test_commands_are_those_of_the_binary(arguments):
    inside = ran([sys.executable, "-m", "riskscope", *arguments])
    script = ran([os.path.join(os.path.dirname(sys.executable), "riskscope"), *arguments])
    assert inside == script
    assert inside[0] == (2 if "no-such-preset" in arguments else 0)
    binary = os.environ.get("RISKSCOPE_BINARY")
    if binary:
        assert inside == ran([binary, *arguments])


def read_until(terminal, wanted):
    """Output up to `wanted`; queries for colours and cursor positions are not answered."""
    seen = b""
    end = time.monotonic() + 60
    while wanted not in seen:
        assert time.monotonic() < end, seen[-2000:]
        if select.select([terminal], [], [], 1)[0]:
            try:
                seen += os.read(terminal, 65536)
            except OSError:
                break
    return seen


@pytest.mark.parametrize("key", [b"q", b"\x03"], ids=["q", "ctrl-c"])
def test_the_dashboard_opens_and_closes(key):
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
        os.environ["TERM"] = "xterm-256color"
        os.execv(sys.executable, [sys.executable, "-m", "riskscope", "--theme", "plain16"])
    assert b"\x1b[?1049h" in read_until(terminal, b"\x1b[?1049h")
    read_until(terminal, b"quit")
    os.write(terminal, key)
    assert b"\x1b[?1049l" in read_until(terminal, b"\x1b[?1049l")
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) in (0, 130)
