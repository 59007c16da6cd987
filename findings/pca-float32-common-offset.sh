#!/usr/bin/env bash
# scikit-learn 1.9.1, PCA(whiten=True) with its default solver on 2000×64 float32 features of standard deviation 1 to 2 whose
# columns share a mean of 300. The expectation: PCA centres first, so the mean does not matter. What happens: with n ≥ 10 p the
# default is the covariance's eigenvectors, formed in single precision as X'X − n m m' without centring; the leading
# variance is off by more than a tenth, the smallest are set to zero, and "whitened" columns have standard deviations from
# below 0.9 to millions, without a warning. svd_solver="full" on the same array, or float64, is right.
# Seen: variance 7.0 in place of 4.4, whitened standard deviations 0.65 to 1e7; full and float64 1.00.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check scikit-learn==1.9.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import numpy as np
from sklearn.decomposition import PCA

draw = np.random.default_rng(0)
single = (draw.standard_normal((2000, 64)) * np.linspace(1, 2, 64) + 300).astype(np.float32)
spread = {}
for name, rows, solver in (("default", single, "auto"), ("full", single, "full"), ("double", single.astype(float), "auto")):
    fit = PCA(whiten=True, svd_solver=solver).fit(rows)
    whitened = fit.transform(rows).astype(float).std(axis=0)
    spread[name] = float(fit.explained_variance_[0]), float(whitened.min()), float(whitened.max())
print(spread)
right = lambda name: 0.98 < spread[name][1] and spread[name][2] < 1.02
wrong = abs(spread["default"][0] / spread["double"][0] - 1) > 0.05 and spread["default"][2] > 1.5
sys.exit(int(not (wrong and right("full") and right("double"))))
END
