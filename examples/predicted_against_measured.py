"""Risks that `riskscope eval` predicts from a few labelled rows, against fits of scikit-learn on other rows.

For each data set of scikit-learn or of the standard library, N rows are drawn at random (whole groups where rows are in
groups). `riskscope eval` gets these N rows only. The measured value is the mean risk of `Ridge(alpha=…)` fitted to n of all
other rows and tested on the rest, at the alpha from `eval`. The 90 % band is 1.64 standard errors of the prediction on either
side in the logarithm of the risk. The standard error of the measured value is added in quadrature: that of the mean over the
fits, and that of the other rows, which are few as well, from the variance of their mean squared errors (of whole groups).

    python3 -m venv venv && venv/bin/pip install scikit-learn pillow
    RISKSCOPE_BINARY=target/release/riskscope venv/bin/python examples/predicted_against_measured.py [SPLITS]
"""

import importlib
import inspect
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from sklearn import datasets, feature_extraction, linear_model, preprocessing

PROGRAM = os.environ.get("RISKSCOPE_BINARY", "riskscope")
SHARES = (0.15, 0.3, 0.6, 1.0)
"""n as shares of N."""
RIDGES = ("0.1", "optimal-nonnegative")
FITS = 30


def one_hot(classes):
    names, codes = np.unique(classes, return_inverse=True)
    return np.eye(len(names))[codes.ravel()]


def digits():
    found = datasets.load_digits()
    return found.data, one_hot(found.target), None, 300


def digits_relu():
    found = datasets.load_digits()
    weights = np.random.default_rng(0).normal(size=(64, 256)) / 8
    return np.maximum(found.data / 4 @ weights, 0), one_hot(found.target), None, 300


def cells():
    found = datasets.load_breast_cancer()
    return preprocessing.scale(found.data), found.target[:, None], None, 150


def cells_one_hot():
    found = datasets.load_breast_cancer()
    bins = preprocessing.KBinsDiscretizer(6, encode="onehot-dense", strategy="quantile", quantile_method="averaged_inverted_cdf")
    return bins.fit_transform(found.data), found.target[:, None], None, 150


def diabetes_polynomials():
    found = datasets.load_diabetes()
    return preprocessing.PolynomialFeatures(2, include_bias=False).fit_transform(found.data), found.target[:, None], None, 150


def wine():
    found = datasets.load_wine()
    return preprocessing.scale(found.data), one_hot(found.target), None, 60


def documentation():
    """Docstrings of the standard library's functions, classified by the kind of module."""
    kinds = {
        "text": "textwrap string difflib gettext argparse optparse configparser csv html json email.message xml.dom.minidom pprint shlex",
        "system": "os shutil pathlib subprocess signal threading multiprocessing.pool logging tempfile glob socket ssl select asyncio.base_events",
        "numbers": "statistics fractions decimal random datetime calendar heapq bisect collections itertools functools operator colorsys",
    }
    texts, labels = [], []
    for kind, modules in kinds.items():
        for name in modules.split():
            module = importlib.import_module(name)
            for _, thing in inspect.getmembers(module):
                members = inspect.getmembers(thing) if inspect.isclass(thing) else []
                for member in [thing, *(found for _, found in members)]:
                    text = getattr(member, "__doc__", None)
                    if callable(member) and isinstance(text, str) and len(text) > 60:
                        texts.append(text)
                        labels.append(kind)
    _, first = np.unique(texts, return_index=True)
    texts, labels = [texts[i] for i in first], [labels[i] for i in first]
    return texts, one_hot(labels)


def fingerprints():
    """Bits of hashed groups of characters, like molecular fingerprints."""
    texts, y = documentation()
    hashed = feature_extraction.text.HashingVectorizer(
        n_features=512, analyzer="char_wb", ngram_range=(4, 4), binary=True, norm=None, alternate_sign=False
    )
    return hashed.fit_transform([text[:200] for text in texts]).toarray(), y, None, 300


def words():
    """Principal components of word counts."""
    texts, y = documentation()
    counted = feature_extraction.text.TfidfVectorizer(min_df=3, sublinear_tf=True).fit_transform(texts).toarray()
    left, lengths, _ = np.linalg.svd(counted - counted.mean(0), full_matrices=False)
    return (left * lengths)[:, :150], y, None, 300


def patches():
    """Patches of two photographs; the patches of one tile are a group."""
    size, tile = 8, 40
    rows, labels, groups = [], [], []
    for image, name in enumerate(("china.jpg", "flower.jpg")):
        pixels = datasets.load_sample_image(name).astype(float) / 255
        random = np.random.default_rng(image)
        for top in range(0, pixels.shape[0] - tile + 1, tile):
            for left in range(0, pixels.shape[1] - tile + 1, tile):
                for _ in range(6):
                    i, j = top + random.integers(tile - size), left + random.integers(tile - size)
                    rows.append(pixels[i : i + size, j : j + size].ravel())
                    labels.append(image)
                    groups.append((image * 1000 + top) * 1000 + left)
    return np.array(rows), np.array(labels)[:, None].astype(float), np.unique(groups, return_inverse=True)[1], 300


KINDS = {
    "digits, pixels (64)": digits,
    "digits, random ReLU (256)": digits_relu,
    "cells, standardised (30)": cells,
    "cells, one-hot table (180)": cells_one_hot,
    "diabetes, polynomials (65), a number": diabetes_polynomials,
    "wine, standardised (13)": wine,
    "texts, hashed bits (512)": fingerprints,
    "texts, components of words (150)": words,
    "pieces of photographs in groups (192)": patches,
}


def predicted(x, y, groups, samples, ridge):
    with tempfile.TemporaryDirectory() as folder:
        files = {name: str(pathlib.Path(folder) / name) for name in ("x.npy", "y.npy", "groups.txt")}
        np.save(files["x.npy"], x)
        np.save(files["y.npy"], y)
        command = [PROGRAM, "eval", "--json", "--features", files["x.npy"], "--targets", files["y.npy"], "--numbers"]
        command += ["--samples", ",".join(str(n) for n in samples), "--ridge", ridge]
        if groups is not None:
            pathlib.Path(files["groups.txt"]).write_text("".join(f"group{g}\n" for g in groups))
            command += ["--groups", files["groups.txt"]]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        return json.loads(done.stdout)


def divided(count, groups, size, random):
    """Shuffles rows or groups; returns the first `size` rows, and all others (of other groups)."""
    if groups is None:
        order = random.permutation(count)
        return order[:size], order[size:]
    order = random.permutation(groups.max() + 1)
    rows = np.concatenate([np.flatnonzero(groups == group) for group in order])
    first = rows[:size]
    return first, np.setdiff1d(np.arange(count), np.flatnonzero(np.isin(groups, groups[first])))


def measured(x, y, groups, n, alpha, unit, random):
    risks, squares, times = [], np.zeros(len(x)), np.zeros(len(x))
    for _ in range(FITS):
        fitted, tested = divided(len(x), groups, n, random)
        model = linear_model.Ridge(alpha=max(alpha, 1e-12), solver="svd").fit(x[fitted], y[fitted])
        errors = model.predict(x[tested]).reshape(len(tested), -1) - y[tested]
        of_rows = np.mean(errors**2 / unit, 1)
        risks.append(np.mean(of_rows))
        squares[tested] += of_rows
        times[tested] += 1
    seen = times > 0
    excess = squares[seen] / times[seen] - np.mean(risks)
    if groups is not None:
        excess = np.bincount(groups[seen], excess)
    of_other_rows = np.sqrt(np.sum(excess**2)) / np.sum(seen)
    return np.mean(risks), np.hypot(np.std(risks, ddof=1) / np.sqrt(FITS), of_other_rows)


def main():
    splits = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    print("| rows | N | median of predicted/measured − 1 | median of abs(predicted/measured − 1) | within the 90 % band |")
    print("|---|---|---|---|---|")
    everything = []
    for name, make in KINDS.items():
        x, y, groups, size = make()
        keep = x.std(0) > 0
        x, y = x[:, keep].astype(float), y.astype(float)
        found = []
        for split in range(splits):
            random = np.random.default_rng(split)
            pool, other = divided(len(x), groups, size, random)
            rest = None if groups is None else np.unique(groups[other], return_inverse=True)[1]
            for ridge in RIDGES:
                samples = [int(share * size) for share in SHARES]
                estimates = predicted(x[pool], y[pool], None if groups is None else groups[pool], samples, ridge)
                for point, n in zip(estimates, samples):
                    if point["risk"] is None or n > 0.8 * len(other):
                        continue
                    want, error = measured(x[other], y[other], rest, n, point["alpha"], y.var(0), random)
                    relative = np.hypot(point["standard_error"] / point["risk"], error / want)
                    covered = abs(np.log(point["risk"] / want)) <= 1.64 * relative
                    found.append((point["risk"] / want - 1, covered))
        ratios, covered = np.array([f[0] for f in found]), np.array([f[1] for f in found])
        everything += found
        line = f"| {name} | {size} | {np.median(ratios):+.1%} | {np.median(abs(ratios)):.1%} | {covered.mean():.0%} |"
        print(line.replace("%", " %"), flush=True)
    ratios = np.array([f[0] for f in everything])
    line = f"| all | | {np.median(ratios):+.1%} | {np.median(abs(ratios)):.1%} | {np.mean([f[1] for f in everything]):.0%} |"
    print(line.replace("%", " %"))


if __name__ == "__main__":
    main()
