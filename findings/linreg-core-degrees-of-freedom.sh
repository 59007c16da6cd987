#!/usr/bin/env bash
# linreg-core 0.8.1, ridge_regression of 200 rows with 10 correlated columns (as embeddings are), standardised: effective_df and AIC. The
# expectation: the trace of the hat matrix, 1 + Σ d²/(d² + nλ) over the singular values d of the standardised rows, and an AIC that counts it.
# What happens: effective_df is (p + 1)/(1 + λ) whatever the rows are: right to 0.1 where columns are uncorrelated, twice the truth
# here, and below 1 for large ridges, as if the unshrunk intercept were shrunk. And the AIC counts p + 2 parameters at every
# ridge, so that it only follows the fit to the rows at hand, and the smallest ridge is always the one chosen.
# Seen: 10.89, 10.0, 5.5, 0.11 for λ 0.01, 0.1, 1, 100, where 10.03, 6.13, 2.63, 1.09 are right; (BIC − AIC)/(log n − 2) is 12 for all.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check linreg-core==0.8.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import linreg_core
import numpy as np

draw = np.random.default_rng(0)
rows = draw.standard_normal((200, 1)) + 0.3 * draw.standard_normal((200, 10))
targets = rows[:, 0] + draw.standard_normal(200)
targets, scaled = (targets - targets.mean()) / targets.std(), (rows - rows.mean(0)) / rows.std(0)
squares = np.linalg.svd(scaled, compute_uv=False) ** 2
seen = []
for ridge in (0.01, 0.1, 1.0, 100.0):
    fit = linreg_core.ridge_regression(targets.tolist(), rows.T.tolist(), ridge, True)
    exact = np.linalg.solve(scaled.T @ scaled + 200 * ridge * np.eye(10), scaled.T @ targets) / rows.std(0)
    seen.append([float(x) for x in (fit.effective_df, 11 / (1 + ridge), 1 + np.sum(squares / (squares + 200 * ridge)),
                                    (fit.bic - fit.aic) / (np.log(200) - 2), np.abs(fit.coefficients - exact).max())])
print("effective_df, (p + 1)/(1 + ridge), exact, parameters counted, error of coefficients:", *seen, sep="\n")
fits = all(line[4] < 1e-3 for line in seen)
sys.exit(int(not (fits and all(abs(line[0] - line[1]) < 1e-6 and abs(line[3] - 12) < 1e-6 for line in seen) and seen[1][0] > seen[1][2] + 2)))
END
