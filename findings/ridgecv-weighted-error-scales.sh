#!/usr/bin/env bash
# scikit-learn 1.9.1, RidgeCV with sample_weight and its default leave-one-out. The expectation: cv_results_ holds the squared
# errors of the rows, and best_score_ is minus their weighted mean. What happens: each squared error is multiplied by its
# row's weight and the products are averaged over the rows without dividing by the weights, so with weights of mean 2 the reported
# error is about twice the real one, and weights 100 times as large (ridge likewise, so the fit is the same to the last
# digit) make the reported error 100 times as large. An R² made from it by hand is wrong, with no warning.
# Seen: weights 1 to 3 report 1.975 times the weighted mean; with 100 times the weights and the ridge, 197.5 times it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check scikit-learn==1.9.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import numpy as np
from sklearn.linear_model import Ridge, RidgeCV

draw = np.random.default_rng(0)
rows = draw.standard_normal((40, 5))
targets, weights = rows[:, 0] + draw.standard_normal(40), np.arange(40) % 3 + 1.0
keep = [np.arange(40) != left for left in range(40)]
fits = [Ridge(alpha=1).fit(rows[k], targets[k], sample_weight=weights[k]) for k in keep]
errors = [(targets[i] - fit.predict(rows[[i]])[0]) ** 2 for i, fit in enumerate(fits)]
exact = np.average(errors, weights=weights)
cv = [RidgeCV(alphas=[s], store_cv_results=True).fit(rows, targets, sample_weight=s * weights) for s in (1.0, 100.0)]
ratios = [float(-fit.best_score_ / exact) for fit in cv]
print(ratios, weights.mean())
same = np.allclose(cv[0].coef_, cv[1].coef_) and np.allclose(cv[0].cv_results_.ravel(), weights * errors)
sys.exit(int(not (same and np.allclose(ratios, weights.mean() * np.array([1, 100])))))
END
