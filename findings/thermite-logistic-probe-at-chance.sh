#!/usr/bin/env bash
# thermite-ml 0.2.0 ("drop-in" for scikit-learn), LogisticRegression on 300 rows of 10 features whose columns share a mean of 0, 3 or
# 10, two balanced classes. The expectation: scikit-learn's fit, as at mean 0, where coefficients agree to two digits (and as its Ridge
# and LinearRegression do at every mean); at the worst a warning that it has not converged. What happens: at mean 3 the fit predicts ONE class
# for all rows, an accuracy of 0.5 where the probe reaches 0.88; a small scale (standard deviation 0.05, as unit vectors have) does
# as much. max_iter=300 in place of 100 changes nothing, and there is no warning. StandardScaler first mends it.
# Seen: accuracy on the rows fitted 0.88, 0.50, 0.50 for means 0, 3, 10; scikit-learn 0.88 in all three; scaled 0.88.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check thermite-ml==0.2.0 scikit-learn==1.9.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import warnings
import numpy as np
import thermite
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

draw = np.random.default_rng(0)
centred = draw.standard_normal((300, 10))
signal = centred[:, 0] + centred[:, 1] + 0.5 * draw.standard_normal(300)
labels = (signal > np.median(signal)).astype(int)
def right(model, rows):
    return float((model.fit(rows, labels).predict(rows) == labels).mean())
seen = {}
with warnings.catch_warnings(record=True) as heard:
    warnings.simplefilter("always")
    for mean in (0, 3, 10):
        long = thermite.LogisticRegression(max_iter=300)
        scaled = StandardScaler().fit_transform(centred + mean)
        seen[mean] = [right(model, centred + mean) for model in (thermite.LogisticRegression(), long)] + [right(thermite.LogisticRegression(), scaled)]
    plain = [right(LogisticRegression(max_iter=10_000), centred + mean) for mean in (0, 3, 10)]
print(seen, plain, [str(w.message) for w in heard])
good = min(plain) > 0.85 and seen[0][0] > 0.85 and all(line[2] > 0.85 for line in seen.values())
sys.exit(int(not (good and not heard and all(seen[mean][:2] == [0.5, 0.5] for mean in (3, 10)))))
END
