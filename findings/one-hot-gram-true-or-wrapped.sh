#!/usr/bin/env bash
# pandas 3.1.1 get_dummies and polars 2.1.0 to_dummies, one-hot columns of 300 rows of "cat" and 100 of "dog", as features (groups) or
# targets (classes) of a ridge regression. The expectation: zeros and ones, so that the Gram matrix D.T @ D has the counts of the classes,
# as with scikit-learn's OneHotEncoder. What happens: pandas gives booleans, whose product is True or False, in numpy and in pandas' own dot,
# and polars gives one byte, whose product is the count modulo 256. The sums of the columns are right in both, so a look at them does
# not show it. Normal equations made of them are solved without a message, and a group's mean of 5 is fitted as 750 or 33; adding the
# ridge of 1 to True gives 2. One-hot columns cast to floats first, or joined with float columns, are right.
# Seen: diagonals True, True and 44, 100 where 300, 100 are right; coefficients of the two groups 750, 50 and 33.3, 0.99 where 4.98, 0.99 are.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check pandas==3.1.1 polars==2.1.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import numpy as np
import pandas as pd
import polars as pl

groups = ["cat"] * 300 + ["dog"] * 100
targets = np.repeat([5.0, 1.0], [300, 100])
columns = {"pandas": pd.get_dummies(pd.Series(groups)), "polars": pl.Series(groups).to_dummies()}
seen = {}
for name, frame in columns.items():
    for kind in ("as given", "floats"):
        x = frame.to_numpy() if kind == "as given" else frame.to_numpy().astype(float)
        gram = x.T @ x
        seen[name, kind] = gram.diagonal().tolist(), np.linalg.solve(gram + np.eye(2), x.T @ targets).round(2).tolist()
        print(name, kind, x.dtype, *seen[name, kind], "sums", x.sum(axis=0))
own = columns["pandas"].T.dot(columns["pandas"]).to_numpy()
right = [300.0, 100.0], [4.98, 0.99]
plain = seen["pandas", "floats"] == right and seen["polars", "floats"] == right
wrong = seen["pandas", "as given"] == ([True, True], [750.0, 50.0]) and seen["polars", "as given"] == ([44, 100], [33.33, 0.99])
sys.exit(int(not (plain and wrong and own.dtype == bool)))
END
