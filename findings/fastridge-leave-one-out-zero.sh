#!/usr/bin/env bash
# fastridge 1.2.0, RidgeLOOCV (normalize=False; the default does alike) on 30 rows of 100 features. The expectation: leave-one-out errors as scikit-learn's
# RidgeCV gives them for the same ridges. What happens: rows and targets are centred once, over all rows, and the leverage of
# that intercept (1/n) is left out of 1 − h. With fewer rows than features centring leaves a direction without variance, so the
# error "left out" falls with the SQUARE of the ridge: 1e-20 at ridge 1e-10, and the smallest ridge of the list is chosen always.
# With 30 rows of 10 features the two choose alike.
# Seen: p = 100: ridge 1e-10 with error 2e-20, where RidgeCV says 13.5 and chooses 1e10; p = 10: ridge 1 in both.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    fastridge==1.2.0 scikit-learn==1.9.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import numpy as np
from fastridge import RidgeLOOCV
from sklearn.linear_model import RidgeCV

draw, seen = np.random.default_rng(0), {}
for p in (100, 10):
    rows = draw.standard_normal((30, p))
    targets = rows[:, :5].sum(1) + 2 * draw.standard_normal(30)
    fast = RidgeLOOCV(normalize=False).fit(rows, targets)
    exact = RidgeCV(alphas=fast.alphas_, store_cv_results=True).fit(rows, targets)
    seen[p] = [float(x) for x in (fast.alpha_, fast.loo_mse_[0], exact.alpha_, exact.cv_results_.mean(0).ravel()[0])]
print(seen)
changed = not (seen[100][0] == 1e-10 and seen[100][1] < 1e-15 and seen[100][2] > 1 and seen[100][3] > 1)
sys.exit(int(changed or seen[10][0] != seen[10][2]))
END
