#!/usr/bin/env python3
"""Equal tasks in numpy, scipy and scikit-learn and in the release binary, timed on one machine in one run.

    cargo build --release
    python3 benches/against_numpy.py [--large] [--binary target/release/riskscope] [ROW ...]

needs numpy, scipy and scikit-learn; ROW chooses rows by the beginning of their names, --large adds 100 000x1024 rows (4 GB of
memory in numpy). A time is the minimum over some runs: for riskscope that of the whole process, for Python that of the
computation alone, without start-up, imports and making the data. Memory is the peak of the process (for Python with its
imports), in multiples of the rows as float64. Both use all cores, and results are compared where they answer one question.
"""

import argparse
import csv
import io
import json
import os
import subprocess
import sys
import tempfile
import time

REPEAT = 3


def power_law(p, exponent):
    import numpy as np

    x = np.arange(1, p + 1, dtype=float) ** -exponent
    return x / x.mean()


def source_condition(p=2000, exponent=0.5):
    """Eigenvalues of x and energies of the tasks, the preset's: the total energy is 1."""
    import numpy as np

    x = power_law(p, 1.5)
    tau = x * np.arange(1, p + 1, dtype=float) ** -exponent
    return x, tau / tau.mean()


def kappas(s, alphas):
    """The fixed point of every ratio below 1 at once: Newton's iteration in ln kappa, safeguarded."""
    import numpy as np

    low = np.full(alphas.shape, np.log(s.min()) - 20)
    high = np.log(s.mean() / alphas)
    v = 0.5 * (low + high)
    for _ in range(100):
        a = s / (s + np.exp(v)[:, None])
        value = a.mean(axis=1) - alphas
        low, high = np.where(value > 0, v, low), np.where(value > 0, high, v)
        step = v + value / (a * (1 - a)).mean(axis=1)
        following = np.where((step > low) & (step < high), step, 0.5 * (low + high))
        done = np.abs(following - v).max() < 1e-12
        v = following
        if done:
            break
    return np.exp(v)


def ridgeless(s, tau, alphas, noise):
    import numpy as np

    risk = np.empty_like(alphas)
    below = alphas < 1
    kappa = kappas(s, alphas[below])[:, None]
    a, b = s / (s + kappa), kappa / (s + kappa)
    risk[below] = ((tau * b * b).mean(axis=1) + noise) / ((a * b).mean(axis=1) / alphas[below])
    with np.errstate(divide="ignore", invalid="ignore"):
        risk[~below] = noise / (1 - 1 / alphas[~below]) if noise else 0.0
    return risk


# Each row: the computation in Python, run in a separate process. It returns the seconds and the result.


def curve(_):
    import numpy as np

    tau = two_level(1000)
    start = time.perf_counter()
    risk = ridgeless(tau, tau, np.linspace(0.02, 1.6, 400), 0.1)
    return time.perf_counter() - start, risk.tolist()


def three_curves(_):
    import numpy as np

    tau = two_level(1000)
    alphas = np.linspace(0.02, 1.6, 400)
    start = time.perf_counter()
    risks = [ridgeless(s, tau, alphas, 0.1) for s in (tau, np.ones(1000), np.ones(1000))]
    return time.perf_counter() - start, np.concatenate(risks).tolist()


def target(p):
    """Samples at which least squares on raw, ground-truth and whitened features and on principal components reaches a risk: a
    grid of n in steps of 1.5 %, by brentq; only fewer components than n. The program also computes the floor, the optimum,
    more components than samples, and every n in between."""
    import numpy as np
    from scipy.optimize import brentq

    x, tau = source_condition(p)
    counts = np.unique(np.round(1.015 ** np.arange(0, np.log(1000 * p) / np.log(1.015))).astype(int))
    lost = np.append(np.cumsum(tau[::-1])[::-1], 0) / p

    def risk(s, n):
        alpha = n / p
        if alpha >= 1:
            return 0.0 if alpha > 1 else np.inf
        kappa = np.exp(
            brentq(lambda v: (s / (s + np.exp(v))).mean() - alpha, np.log(s.min()) - 40, np.log(s.mean() / alpha), xtol=1e-13)
        )
        a, b = s / (s + kappa), kappa / (s + kappa)
        return (tau * b * b).mean() / ((a * b).mean() / alpha)

    start = time.perf_counter()
    found = []
    for s in (x, tau, np.ones(p)):
        found.append(int(next(n for n in counts if risk(s, n) <= 0.2)))
    best = [np.min(lost[: min(n, p + 1)] / (1 - np.arange(min(n, p + 1)) / n)) for n in counts]
    found.append(int(counts[np.argmax(np.array(best) <= 0.2)]))
    return time.perf_counter() - start, found


def random_features(kind):
    """Risk of least squares on 600 linear random features of p = 1000 covariates at 400 sample ratios at once, without a ridge
    or at the best one: nodes of kappa that all ratios share, then golden sections of every ratio at once."""
    import numpy as np

    s, tau = source_condition(1000)
    alphas, nu, noise = np.linspace(0.02, 1.6, 400), 0.6, 0.1

    def risk(kappa, alpha, ridgeless=False):
        a = s / (s + kappa[:, None])
        b = 1 - a
        df1, gap = a.mean(axis=1), (a * b).mean(axis=1)
        bias, cross = (tau * b * b).mean(axis=1), (tau * a * b).mean(axis=1)
        x, y = (np.maximum(nu - alpha, 0), np.maximum(alpha - nu, 0)) if ridgeless else (nu - df1, alpha - df1)
        share = gap / (x + gap)
        value = alpha * (bias + cross * share + noise) / (y + gap * (1 - share))
        return value if ridgeless else np.where((x >= 0) & (y >= 0), value, np.inf)

    start = time.perf_counter()
    lowest = kappas(s, np.minimum(alphas, nu))
    best = risk(lowest, alphas, ridgeless=True)
    if kind == "tuned":
        nodes = np.exp(np.arange(np.log(s.min()) - 9, np.log(s.max()) + 4, 0.25))
        at_nodes = np.array([risk(nodes, alpha) for alpha in alphas])
        middle = np.log(nodes[at_nodes.argmin(axis=1)])
        low, high = np.maximum(middle - 0.25, np.log(lowest)), middle + 0.25
        share = (np.sqrt(5) - 1) / 2
        c, d = high - share * (high - low), low + share * (high - low)
        at_c, at_d = risk(np.exp(c), alphas), risk(np.exp(d), alphas)
        for _ in range(30):
            left = at_c < at_d
            low, high = np.where(left, low, c), np.where(left, d, high)
            new = np.where(left, high - share * (high - low), low + share * (high - low))
            at_new = risk(np.exp(new), alphas)
            c, d = np.where(left, new, d), np.where(left, c, new)
            at_c, at_d = np.where(left, at_new, at_d), np.where(left, at_c, at_new)
        best = np.minimum(best, np.minimum(at_c, at_d))
    return time.perf_counter() - start, best.tolist()


def plane(_):
    import numpy as np

    alphas, exponents = np.linspace(0.02, 1.6, 100), np.linspace(0.0, 3.0, 100)
    start = time.perf_counter()
    best = []
    for exponent in exponents:
        _, tau = source_condition(2000, exponent)
        soft = np.where(alphas < 1, ridgeless(tau, tau, alphas, 0.0), np.inf)
        order = np.sort(tau)[::-1]
        lost = np.append(np.cumsum(order[::-1])[::-1], 0) / 2000
        kept = np.arange(2001) / 2000
        hard = [np.min(lost[kept < a] / (1 - kept[kept < a] / a)) for a in alphas]
        best.append(np.minimum(soft, hard))
    return time.perf_counter() - start, None


def two_level(p):
    import numpy as np

    s = np.where(np.arange(p) < max(1, round(0.2 * p)), 1.0, 1e-4)
    return s / s.mean()


def monte_carlo(_):
    """Ridgeless fits of the default scenario at p = 200: 24 numbers of samples, 50 draws of each."""
    import numpy as np

    p, noise, random = 200, 0.1, np.random.default_rng(1)
    s = two_level(p)
    start = time.perf_counter()
    means = []
    for n in counts_of_a_curve():
        risks = []
        for _ in range(50):
            z = random.standard_normal((n, p))
            theta = np.sqrt(s / p) * random.standard_normal(p)
            y = z @ theta + np.sqrt(noise) * random.standard_normal(n)
            features = z * np.sqrt(s)
            if n < p:
                beta = features.T @ np.linalg.solve(features @ features.T, y)
            else:
                beta = np.linalg.solve(features.T @ features, features.T @ y)
            risks.append(((theta - np.sqrt(s) * beta) ** 2).sum() + noise)
        means.append(float(np.median(risks)))
    return time.perf_counter() - start, means


def counts_of_a_curve():
    return [n for n in (10 + 390 * i // 23 for i in range(24)) if n != 200]


def small_draws(_):
    """100 000 fits of 4 samples in 2 dimensions, all at once."""
    import numpy as np

    p, n, draws, random = 2, 4, 100_000, np.random.default_rng(1)
    s = two_level(p)
    start = time.perf_counter()
    z = random.standard_normal((draws, n, p))
    theta = np.sqrt(s / p) * random.standard_normal((draws, p))
    y = np.einsum("dnp,dp->dn", z, theta) + np.sqrt(0.1) * random.standard_normal((draws, n))
    features = z * np.sqrt(s)
    gram = np.einsum("dnp,dnq->dpq", features, features)
    beta = np.linalg.solve(gram, np.einsum("dnp,dn->dp", features, y)[..., None])[..., 0]
    risks = ((theta - np.sqrt(s) * beta) ** 2).sum(axis=1) + 0.1
    return time.perf_counter() - start, [float(np.median(risks))]


def rows_of(size):
    return tuple(int(part) for part in size.split("x"))


def make_rows(folder, size):
    """float32 rows of classes whose means lie along a power-law spectrum, and their labels."""
    import numpy as np

    rows, p, classes = rows_of(size)
    random = np.random.default_rng(1)
    spread = (np.arange(p) + 1.0) ** -0.5
    means = 0.7 * spread * random.standard_normal((classes, p))
    labels = np.arange(rows) % classes
    features = np.lib.format.open_memmap(f"{folder}/{size}.npy", mode="w+", dtype=np.float32, shape=(rows, p))
    for start in range(0, rows, 10_000):
        part = labels[start : start + 10_000]
        features[start : start + 10_000] = means[part] + spread * random.standard_normal((len(part), p))
    features.flush()
    with open(f"{folder}/{size}.txt", "w") as file:
        file.writelines(f"class{label:02}\n" for label in labels)


def learned(size):
    """The usual alternative: the learning curve of a tuned ridge by fits and tests at five numbers of rows, all classes at
    once. It has five points; the program has every n."""
    import numpy as np
    from sklearn.linear_model import RidgeCV
    from sklearn.model_selection import ShuffleSplit, learning_curve

    rows, p, classes = rows_of(size)
    folder = os.environ["FOLDER"]
    start = time.perf_counter()
    x = np.load(f"{folder}/{size}.npy").astype(float)
    labels = np.array(open(f"{folder}/{size}.txt").read().split())
    y = (labels[:, None] == np.unique(labels)).astype(float)
    split = ShuffleSplit(n_splits=2, test_size=0.2, random_state=1)
    sizes = np.geomspace(p // 4, 0.8 * rows, 5).astype(int)
    model = RidgeCV(alphas=np.logspace(-2, 4, 13))
    learning_curve(model, x, y, train_sizes=sizes, cv=split, scoring="neg_mean_squared_error")
    return time.perf_counter() - start, None


def target_of(extra, p):
    line = ["eval", "--preset", "source-condition", "--target-risk", "0.2", "--json", *extra]
    return line, target, p


def row_of(size, goal, task):
    return [
        f"{size}, {task}: {goal}",
        ["eval", "--features", "FOLDER/SIZE.npy", "--targets", "FOLDER/SIZE.txt", "--task", task, "--ridge", "optimal-nonnegative",
         "--samples", "1000", "--json"],
        learned,
        size,
    ]


CURVE = ["curve", "--points", "400", "--from", "0.02", "--to", "1.6", "--format", "csv"]
SIMULATE = ["simulate", "--json", "--seed", "1"]

TRANSFER = [*CURVE, "--preset", "source-condition", "--set", "dimension=1000", "--noise", "0.1", "--set",
            "featurization.kind=random-features", "--set", "featurization.features=600"]

ROWS = [
    ["curve, one featurization: <= 5 ms", [*CURVE, "--featurization", "ground-truth"], curve, None],
    ["curves of three: <= 8 ms", [*CURVE, "--featurization", "ground-truth,raw,whitened"], three_curves, None],
    ["random features: <= 5 ms", TRANSFER, random_features, "ridgeless"],
    ["random features, optimal ridge: <= 7 ms", [*TRANSFER, "--ridge", "optimal-nonnegative"], random_features, "tuned"],
    ["target risk: <= 50 ms", *target_of([], 2000)],
    ["target risk, optimal ridge: <= 50 ms", *target_of(["--ridge", "optimal"], 2000)],
    ["target risk, p = 10000: <= 50 ms", *target_of(["--set", "dimension=10000"], 10_000)],
    ["plane over the task exponent: <= 100 ms",
     ["phase", "--preset", "source-condition", "--y", "task.exponent", "--y-from", "0", "--y-to", "3", "--format", "csv"], plane, None],
    ["Monte Carlo, p = 200, 24 n x 50 draws: <= 1.0 x numpy",
     [*SIMULATE, "--set", "dimension=200", "--draws", "50", "--samples", ",".join(map(str, counts_of_a_curve()))], monte_carlo, None],
    ["100000 draws, p = 2: <= 0.5 s",
     [*SIMULATE, "--set", "dimension=2", "--samples", "4", "--draws", "100000"], small_draws, None],
    row_of("6000x384x16", "ensemble <= 0.8 s", "mean"),
    row_of("20000x768x8", "ensemble <= 2 s", "mean"),
    row_of("20000x768x16", "path <= 1.5 s, memory <= 2.5", "class03"),
]
LARGE = row_of("100000x1024x16", "<= 25 s, memory <= 1.5 (3 x the file)", "class03")


def process(command, environment):
    """Seconds of the process, its peak memory in bytes, and its standard output."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        child = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL, env=environment)
        _, status, usage = os.wait4(child.pid, 0)
        took = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            sys.exit(f"{' '.join(command)} failed")
        output.seek(0)
        return took, usage.ru_maxrss * 1024, output.read().decode()


def agreement(work, printed, answer):
    """The largest relative difference of the two results, where they answer one question."""
    if work in (curve, three_curves, random_features):
        lines = csv.DictReader(io.StringIO(printed))
        ours = [float(line["risk [y^2]"]) for line in lines]
        if len(ours) != len(answer):
            return f"{len(ours)} points for {len(answer)}"
        return f"apart by {max(abs(a - b) / max(abs(b), 1e-12) for a, b in zip(ours, answer)):.0e}"
    if work is target:
        first = {reach["featurization"]: reach["intervals"][0]["first"] for reach in json.loads(printed)}
        return f"n {first['raw']} for {answer[0]}"
    if work in (monte_carlo, small_draws):
        medians = [point["median"] for point in json.loads(printed)]
        ratios = sorted(a / b for a, b in zip(medians, answer))
        return f"median of medians {ratios[len(ratios) // 2]:.2f}"
    return ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*")
    parser.add_argument("--binary", default="target/release/riskscope")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    parser.add_argument("--of", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.only:
        of = int(arguments.of) if (arguments.of or "").isdigit() else arguments.of
        print(json.dumps(globals()[arguments.only](of)))
        return
    rows = ROWS + ([LARGE] if arguments.large else [])
    if arguments.rows:
        rows = [row for row in rows if any(row[0].startswith(name) for name in arguments.rows)]
    print(f"{'':58} {'riskscope':>10} {'Python':>10} {'ratio':>7}   memory / rows as float64")
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "FOLDER": folder}
        for name, line, work, of in rows:
            sized = work is learned
            if sized:
                make_rows(folder, of)
            line = [part.replace("FOLDER", folder).replace("SIZE", str(of)) for part in line]
            repeat = 1 if sized and name == LARGE[0] else REPEAT
            ours = [process([arguments.binary, *line], environment) for _ in range(repeat)]
            theirs = []
            for _ in range(1 if sized else REPEAT):
                _, held, printed = process([sys.executable, __file__, "--only", work.__name__, "--of", str(of or "")], environment)
                took, answer = json.loads(printed)
                theirs.append((took, held, answer))
            best, other = min(run[0] for run in ours), min(run[0] for run in theirs)
            size = 8 * rows_of(of)[0] * rows_of(of)[1] if sized else None
            memory = f"{min(run[1] for run in ours) / size:.2f} and {theirs[0][1] / size:.2f}" if size else ""
            deviation = agreement(work, ours[0][2], theirs[0][2])
            print(f"{name:58} {best * 1e3:7.1f} ms {other * 1e3:7.1f} ms {best / other:7.3f}   {memory}{deviation}", flush=True)
            if sized:
                for ending in ("npy", "txt"):
                    os.remove(f"{folder}/{of}.{ending}")


if __name__ == "__main__":
    main()
