#!/usr/bin/env python3
"""The Python module compared with the binary and with scikit-learn, on one machine in one run.

    cargo build --release
    pip install maturin && maturin build --release --manifest-path python/Cargo.toml
    python3 benches/of_the_wheel.py target/wheels/riskscope-*.whl [--binary target/release/riskscope]

needs an environment with the wheel, numpy and scikit-learn. Every row is measured in a separate process; a time is the
minimum of three, without start-up and imports. Memory is the peak of the process less its memory after the imports,
in multiples of the array as float64.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent

IMPORT = """
import json, time
start = time.perf_counter()
import numpy
middle = time.perf_counter()
import riskscope
end = time.perf_counter()
print(json.dumps([end - start, end - middle]))
"""

COMMON = """
import json, sys, time, warnings
import numpy as np
warnings.simplefilter("ignore")
folder, samples = sys.argv[1], json.loads(sys.argv[2])
def peak():
    for line in open("/proc/self/status"):
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
"""

OURS = COMMON + """
import riskscope
before, start = peak(), time.perf_counter()
X, y = np.load(folder + "/X.npy"), open(folder + "/y.txt").read().splitlines()
curve = riskscope.learning_curve(X, y, samples=samples)
print(json.dumps([time.perf_counter() - start, (peak() - before) / (8 * X.size)]))
"""

THEIRS = COMMON + """
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import ShuffleSplit, learning_curve
before, start = peak(), time.perf_counter()
X, y = np.load(folder + "/X.npy").astype(float), np.array(open(folder + "/y.txt").read().splitlines())
size = X.size
Y = (y[:, None] == np.unique(y)).astype(float)
split = ShuffleSplit(n_splits=2, test_size=0.2, random_state=1)
model = RidgeCV(alphas=np.logspace(-2, 4, 13))
learning_curve(model, X, Y, train_sizes=samples, cv=split, scoring="neg_mean_squared_error")
print(json.dumps([time.perf_counter() - start, (peak() - before) / (8 * size)]))
"""

COMMAND = """
import json, subprocess, sys, time
start = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, capture_output=True)
print(json.dumps(time.perf_counter() - start))
"""


def measured(code, *arguments, runs=3):
    """The minimum of some runs, each in a separate process."""
    found = []
    for _ in range(runs):
        done = subprocess.run([sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        found.append(json.loads(done.stdout))
    return min(found)


def rows(folder, count, dimension, classes):
    import numpy as np

    draw = np.random.default_rng(0)
    X = (draw.standard_normal((count, dimension)) * np.arange(1, dimension + 1) ** -0.5).astype(np.float32)
    score = X[:, :classes] * np.arange(1, classes + 1) ** 0.5 + 2 * draw.standard_normal((count, classes))
    np.save(folder / "X.npy", X)
    (folder / "y.txt").write_text("\n".join(f"c{c}" for c in score.argmax(1)) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("wheel", type=pathlib.Path)
    parser.add_argument("--binary", default=str(TOP / "target/release/riskscope"))
    parser.add_argument("--small", action="store_true", help="without 20 000 rows, which take scikit-learn a minute")
    arguments = parser.parse_args()
    print(f"wheel: {arguments.wheel.stat().st_size / 1e6:.1f} MB")
    whole, alone = measured(IMPORT, runs=7)
    print(f"import riskscope: {whole:.3f} s, of which all but {alone:.3f} s are numpy's")
    for count, dimension, classes in [(1500, 384, 15), (20_000, 768, 16)][: 1 if arguments.small else 2]:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            rows(folder, count, dimension, classes)
            sizes = [int(dimension / 4 * (3.2 * count / dimension) ** (k / 4)) for k in range(5)]
            ours = measured(OURS, folder, json.dumps(sizes))
            files = ["--features", f"{folder}/X.npy", "--targets", f"{folder}/y.txt", "--ridge", "optimal-nonnegative"]
            flags = ["--samples", ",".join(map(str, sizes)), "--json"]
            command = measured(COMMAND, arguments.binary, "eval", *files, *flags)
            theirs = measured(THEIRS, folder, json.dumps(sizes), runs=1)
            print(
                f"{count}×{dimension}, {classes} classes, five n: {ours[0]:.2f} s, the command {command:.2f} s "
                f"(ratio {ours[0] / command:.2f}), scikit-learn {theirs[0]:.1f} s (ratio {theirs[0] / ours[0]:.0f}); "
                f"memory {ours[1]:.1f} and {theirs[1]:.1f} times the array"
            )


if __name__ == "__main__":
    main()
