#!/usr/bin/env bash
# skmatter 0.4.1, Ridge2FoldCV(alpha_type="relative"). The expectation (and its documentation): a relative ridge is a fraction of
# the largest eigenvalue, so that the fit does not depend on the units of the features. What happens: it is multiplied by the
# largest SINGULAR value, not by its square, and added to the squares: the same rows in units a thousand times smaller or
# larger are fitted with ridges that are a thousand times too strong or too weak.
# Seen: cross-validated errors 4.9, 2.1 and 3.7 for one relative ridge of 0.1, in units of 0.001, 1 and 1000; norms 0.14, 2.15, 2.22.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    skmatter==0.4.1 scikit-learn==1.8.0 scipy==1.17.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import numpy as np
from skmatter.linear_model import Ridge2FoldCV

draw = np.random.default_rng(0)
rows = draw.standard_normal((60, 20))
targets = rows[:, :3].sum(1, keepdims=True) + draw.standard_normal((60, 1))
error = {}
for unit in (1e-3, 1.0, 1e3):
    fit = Ridge2FoldCV(alphas=[0.1], alpha_type="relative", random_state=0).fit(unit * rows, targets)
    error[unit] = float(-fit.best_score_), float(np.linalg.norm(fit.coef_)) * unit
largest = np.linalg.norm(rows, 2) ** 2
right = np.linalg.norm(np.linalg.solve(rows.T @ rows + 0.1 * largest * np.eye(20), rows.T @ targets))
print(error, "by the largest eigenvalue", float(right))
norm = [pair[1] for pair in error.values()]
sys.exit(int(not (norm[0] < 0.2 * norm[1] and norm[2] > 1.02 * norm[1] and abs(norm[1] / right - 1) > 0.05)))
END
