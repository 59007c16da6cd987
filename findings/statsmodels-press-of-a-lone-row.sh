#!/usr/bin/env bash
# statsmodels 0.15.0, OLS on 30 rows with one-hot columns of three groups, the last of which has ONE row (a rare class, a patient with one
# visit) and one more feature; get_influence().resid_press, the leave-one-out residuals. The expectation: without its row a group has no
# coefficient, its leverage is 1 and its residual 0, so the residual left out is 0/0: nan, infinity, or a warning, as R gives for leverages
# of one. What happens: both differ from 1 and 0 by rounding, and their quotient is given as a residual: −6.4, −4.0, 13.3, 20.0, −8.0 in five
# draws, simple fractions of the size of the targets and of either sign, without a warning. The prediction residual sum of squares (ess_press)
# is made mostly of it: two encoders with the same errors differ by a factor of ten. Cook's distance and HC3 errors take it in as well.
# The other 29 residuals are right.
# Seen: finite in most of 20 draws, off by more than 1 from the fit of least norm; ess_press up to 6417 where the other rows have 17.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check statsmodels==0.15.0 numpy==2.4.6 pandas==2.3.3
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import warnings
import numpy as np
import statsmodels.api as sm

seen, exact = [], True
for seed in range(20):
    draw = np.random.default_rng(seed)
    rows = np.c_[np.eye(3)[np.repeat([0, 1, 2], [15, 14, 1])], draw.standard_normal(30)]
    targets = rows @ [1, 2, 3, 1] + draw.standard_normal(30) + 5
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        influence = sm.OLS(targets, rows).fit().get_influence()
        left_out, total = influence.resid_press, influence.ess_press
    others = [np.linalg.lstsq(np.delete(rows, i, axis=0), np.delete(targets, i), rcond=None)[0] for i in range(30)]
    right = targets - np.sum(rows * others, axis=1)
    exact &= np.allclose(left_out[:29], right[:29]) and abs(influence.hat_matrix_diag[29] - 1) < 1e-9
    if np.isfinite(left_out[29]) and not heard:
        seen.append([left_out[29], right[29], total, np.sum(right[:29] ** 2)])
print("left out, least norm, ess_press, of the other rows", *np.round(seen, 2).tolist(), sep="\n")
off = np.abs(np.array(seen)[:, 0] - np.array(seen)[:, 1])
sys.exit(int(not (exact and len(seen) >= 8 and np.mean(off > 1) > 0.7)))
END
