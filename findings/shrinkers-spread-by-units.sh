#!/usr/bin/env bash
# shrinkers 0.1.2, shrink_eigenvalues (keeps the trace) and ledoit_wolf_shrinkage on the eigenvalues of a sample covariance of 400
# rows of 200 independent columns. The expectation: eigenvalues move towards each other, and in other units of the columns
# they are the same times the unit squared. What happens: the smoothing width is absolute, so the result depends on the unit: with
# variances of 100 (raw scores, pixels) the "shrunk" eigenvalues lie FURTHER apart than those of the sample, and the untraced variant
# sums to a thousandth of the variance; at 1e-4 it sums to four times it. No warning. Scaled to variance 1 first, both are as they should be.
# Seen: sample 0.09 to 2.9; shrunk 0.51 to 1.8 at variance 1, 0.18 to 5.4 at 100; sums 0.90, 0.0016 and 4.0 of the sample's.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check shrinkers==0.1.2 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import numpy as np
import shrinkers

rows = np.random.default_rng(0).standard_normal((400, 200))
sample = np.linalg.eigvalsh(np.cov(rows, rowvar=False))
seen = {}
for unit in (1e-4, 1.0, 100.0):
    kept = shrinkers.shrink_eigenvalues(sample * unit, 0.5) / unit
    raw = shrinkers.ledoit_wolf_shrinkage(sample * unit, 0.5) / unit
    seen[unit] = [round(float(x), 4) for x in (kept.min(), kept.max(), kept.sum() / sample.sum(), raw.sum() / sample.sum())]
print(sample.min(), sample.max(), seen)
good = seen[1.0][1] < sample.max() and abs(seen[1.0][3] - 1) < 0.2 and all(abs(s[2] - 1) < 1e-3 for s in seen.values())
sys.exit(int(not (good and seen[100.0][1] > 1.5 * sample.max() and seen[100.0][3] < 0.01 and seen[1e-4][3] > 2)))
END
