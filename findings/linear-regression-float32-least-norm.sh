#!/usr/bin/env bash
# scikit-learn 1.9.1, LinearRegression on float32 features with no more rows than features (50×50 and 30×100, mean 1, standard
# deviation 1). The expectation: the least-norm fit to about five digits; Ridge(alpha=0) on the same 30×100 array has them. What
# happens: centring leaves n − 1 directions; rounding in single precision makes the n-th look real to the cutoff of
# singular values, so rank_ is n and the noise of that direction enters the fit: coefficients are off by tenths of the
# largest coefficient, right where the peak of double descent is measured. No warning.
# Seen: rank 50 and 30 where 49 and 29 are right; errors up to 0.44 and 0.37 of the largest coefficient in five draws; float64 1e-15.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check scikit-learn==1.9.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import numpy as np
from sklearn.linear_model import LinearRegression

seen = {}
for n, p in ((50, 50), (30, 100)):
    for seed in range(5):
        draw = np.random.default_rng(seed)
        single = (draw.standard_normal((n, p)) + 1).astype(np.float32)
        targets = (single[:, 0] + 10 + draw.standard_normal(n)).astype(np.float32)
        rows = single.astype(float) - single.mean(0, dtype=float)
        exact = np.linalg.pinv(rows, rcond=1e-10) @ (targets - targets.mean(dtype=float))
        for kind in (np.float32, np.float64):
            fit = LinearRegression().fit(single.astype(kind), targets.astype(kind))
            error = np.abs(fit.coef_ - exact).max() / np.abs(exact).max()
            seen.setdefault((n, kind.__name__), []).append((float(error), int(fit.rank_)))
worst = {key: (max(e for e, _ in pairs), {r for _, r in pairs}) for key, pairs in seen.items()}
print(worst)
wrong = worst[50, "float32"][0] > 0.05 and worst[30, "float32"][0] > 0.01 and 50 in worst[50, "float32"][1]
sys.exit(int(not (wrong and all(worst[n, "float64"][0] < 1e-9 and worst[n, "float64"][1] == {n - 1} for n in (50, 30)))))
END
