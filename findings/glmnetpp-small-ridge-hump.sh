#!/usr/bin/env bash
# glmnetpp 0.1.0 (the core of R's glmnet), ridge (alpha=0) with 50 rows of 200 features, one lambda at a time. The expectation: the
# exact ridge fit to some digits, as with 20 features, so that the test error for lambda → 0 settles at that of the least-norm fit.
# What happens: coordinate descent stops by its threshold on the fit to the rows at hand, which are met early, while directions
# the rows say little about are still far off: at lambda 1e-3 and 1e-4 coefficients are wrong by their own size and the test error is
# nearly twice the exact one, so a curve over the ridge rises where there is no rise. The status is 0; thresh=1e-14 mends it.
# Seen: test errors 1.17, 1.20, 2.01, 2.19 for lambda 0.1 … 1e-4; exact 1.17, 1.18, 1.18, 1.18; with thresh 1e-14 as the exact ones.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check glmnetpp==0.1.0 scikit-learn==1.9.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import glmnetpp
import numpy as np
from sklearn.linear_model import Ridge

draw = np.random.default_rng(0)
rows = draw.standard_normal((1050, 200))
targets = rows @ draw.standard_normal(200) / np.sqrt(200) + 0.5 * draw.standard_normal(1050)
x, y, seen = rows[:50], targets[:50], []
def error(weights, offset):
    return float(np.mean((rows[50:] @ weights + offset - targets[50:]) ** 2))
for ridge in (0.1, 0.01, 1e-3, 1e-4):
    exact = Ridge(alpha=50 * ridge / y.std()).fit(x, y)  # glmnet's lambda is in units of the targets' deviation
    line = [error(exact.coef_, exact.intercept_)]
    for stop in (1e-7, 1e-14):
        offset, weights, status = glmnetpp.fit_gaussian_ridge(x, y, ridge, standardize=False, thresh=stop)
        line += [error(weights, offset), status]
    seen.append(line)
print("exact, default and its status, thresh 1e-14 and its status:", *seen, sep="\n")
near = all(abs(line[3] / line[0] - 1) < 0.05 for line in seen) and abs(seen[0][1] / seen[0][0] - 1) < 0.02
sys.exit(int(not (near and seen[3][1] > 1.5 * seen[3][0] and not any(line[2] for line in seen))))
END
