#!/usr/bin/env bash
# statsmodels 0.15.0, fit_regularized(alpha=0.5, L1_wt=0), ridge regression, of OLS and of GLM with its default, the Gaussian family.
# The expectation: the two are one model, so one alpha is one fit, that of scikit-learn's Ridge(alpha=0.5 n); and targets three
# times as large have coefficients three times as large. What happens: that holds for OLS. In GLM the likelihood is divided by the
# scale, which is estimated from the targets without a model, so that the same alpha shrinks far more, and the more so the larger
# the unit of the targets: with targets times three the coefficients are a third, not three times as large. An alpha found by
# one is none for the other. The only warning is that the optimization "may have failed", with a gradient of 5e-4.
# Seen: norms of the coefficients 2.586 by OLS and Ridge in both units; by GLM 0.179, and 0.020 per unit with targets times three.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check statsmodels==0.15.0 scikit-learn==1.9.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import warnings
import numpy as np
import statsmodels.api as sm
from sklearn.linear_model import Ridge

warnings.simplefilter("ignore")
draw = np.random.default_rng(0)
rows = draw.standard_normal((200, 10))
targets = rows @ draw.standard_normal(10) + 5 + draw.standard_normal(200)
seen = []
for unit in (1, 3):
    found = [model(unit * targets, rows).fit_regularized(alpha=0.5, L1_wt=0).params / unit for model in (sm.OLS, sm.GLM)]
    found.append(Ridge(alpha=100, fit_intercept=False).fit(rows, targets).coef_)
    seen.append([float(np.linalg.norm(f)) for f in found])
print("norms by OLS, GLM, Ridge:", seen)
(ols, glm, ridge), (ols_three, glm_three, _) = seen
same = np.allclose([ols, ols_three], ridge)
sys.exit(int(not (same and glm < ridge / 5 and glm_three < glm / 5)))
END
