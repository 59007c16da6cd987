#!/usr/bin/env bash
# skmatter 0.4.1, Ridge2FoldCV with 20 features and 5 columns that are combinations of them, no ridge (a cutoff of 0). The
# expectation (and its documentation): a small default cutoff for singular values is always applied, so the fit is the least-norm
# one that was cross-validated. What happens: the cutoff is applied in the two folds only. In the final fit the directions
# without variance are divided by their rounding error, coefficients reach 1e12 and more, and the error on the rows
# fitted is above that of least squares; best_score_ is that of the good fit. A cutoff of 1e-9 mends it. No warning.
# Seen: largest coefficient 7e14 and error 1.58 where 0.77 and 0.62 are right; cross-validated error 3.71 for both.
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
rows = np.hstack([rows, rows[:, :5] @ draw.standard_normal((5, 5))])
seen = {}
for cutoff in (0.0, 1e-9):
    fit = Ridge2FoldCV(alphas=[cutoff], regularization_method="cutoff", random_state=0).fit(rows, targets)
    seen[cutoff] = tuple(map(float, (-fit.best_score_, abs(fit.coef_).max(), np.mean((fit.predict(rows) - targets) ** 2))))
print(seen)
same = abs(seen[0.0][0] / seen[1e-9][0] - 1) < 1e-6
sys.exit(int(not (same and seen[0.0][1] > 1e9 and seen[1e-9][1] < 10 and seen[0.0][2] > 1.001 * seen[1e-9][2])))
END
