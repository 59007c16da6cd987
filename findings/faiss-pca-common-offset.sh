#!/usr/bin/env bash
# faiss-cpu 1.15.1, PCAMatrix trained on 2000×32 float32 vectors of standard deviation 1 to 2. Two surprises. Its "eigenvalues" are
# sums of squares, n times the variances. And with a common mean of 300 the directions themselves are wrong, as the mean is taken
# off after the products are summed in single precision: outputs that are said to be in order of variance are not, and
# the first has far less than the largest variance, without a warning. At mean 0 both are as they should be.
# Seen: eigenvalues 1999 times the variances; at mean 300 the first output has 0.86 of the largest variance, the last 1.96 times the least.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check faiss-cpu==1.15.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import faiss
import numpy as np

draw = np.random.default_rng(0)
seen = {}
for mean in (0, 300):
    rows = (draw.standard_normal((2000, 32)) * np.linspace(1, 2, 32) + mean).astype(np.float32)
    exact = np.linalg.eigvalsh(np.cov(rows.astype(float).T))[::-1]
    rotation = faiss.PCAMatrix(32, 32)
    rotation.train(rows)
    made = rotation.apply(rows).astype(float).var(axis=0, ddof=1)
    ratio = faiss.vector_to_array(rotation.eigenvalues)[0] / exact[0]
    seen[mean] = [float(x) for x in (ratio, made[0] / exact[0], made[-1] / exact[-1])]
print(seen)
good = abs(seen[0][0] / 2000 - 1) < 0.01 and max(abs(x - 1) for x in seen[0][1:]) < 0.01
sys.exit(int(not (good and seen[300][2] > 1.1 and seen[300][1] < 0.99)))
END
