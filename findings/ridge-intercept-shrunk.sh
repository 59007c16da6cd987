#!/usr/bin/env bash
# polars-ols 0.3.5 on polars 2.1.0, least_squares.ridge(add_intercept=True), and mlpack 4.8.0, linear_regression_train with lambda_;
# 100 rows of 5 centred features, targets with mean 20. The expectation: what scikit-learn, glmnet and polars-ds 0.13.0 do, the
# intercept is not shrunk. What happens: it is one more column under the ridge. At alpha 100 it is 9.7 in place of 19.9,
# predictions are 10 too low on average, and slopes, which make up for it where they can, even change sign: a ridge chosen by
# cross-validation is that of the targets' mean, not of the signal. With targets less their mean all agree. No warning.
# Seen: intercepts 9.73 and 9.73 where scikit-learn and polars-ds have 19.95; first slopes −0.13, −0.13 and 0.46, 0.46.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    polars-ols==0.3.5 polars-ds==0.13.0 polars==2.1.0 mlpack==4.8.0 scikit-learn==1.9.1 numpy==2.4.6 pandas==3.1.1
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import mlpack
import numpy as np
import polars as pl
import polars_ds as pds
import polars_ols  # registers the namespace
from sklearn.linear_model import Ridge

draw = np.random.default_rng(0)
x = draw.standard_normal((100, 5))
def fits(y):
    names = [f"x{i}" for i in range(5)]
    table = pl.DataFrame(dict(zip(names, x.T)) | {"y": y})
    ols = pl.col("y").least_squares.ridge(*map(pl.col, names), alpha=100.0, add_intercept=True, mode="coefficients")
    model = mlpack.linear_regression_train(training=x, training_responses=y, lambda_=100.0)["output_model"]
    at = mlpack.linear_regression_predict(input_model=model, test=np.r_[np.zeros((1, 5)), np.eye(5)])["output_predictions"].ravel()
    exact = Ridge(alpha=100).fit(x, y)
    ds = table.select(pds.lin_reg(*names, target="y", l2_reg=100.0, add_bias=True)).item().to_list()
    return [np.array(f) for f in (table.select(ols).unnest("coefficients").row(0), [*(at[1:] - at[0]), at[0]], ds, [*exact.coef_, exact.intercept_])]
y = x @ [1, 0.5, -2, -1, 1] + 20 + draw.standard_normal(100)
shrunk, centred = fits(y), fits(y - y.mean())
print([f.round(2).tolist() for f in shrunk], [f.round(2).tolist() for f in centred], sep="\n")
wrong = np.allclose(shrunk[0], shrunk[1], atol=1e-6) and shrunk[0][5] < 12 and shrunk[2][5] > 19 and np.allclose(shrunk[2], shrunk[3], atol=1e-6)
sys.exit(int(not (wrong and all(np.allclose(c[:5], centred[3][:5], atol=0.05) for c in centred))))
END
