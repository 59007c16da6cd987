#!/usr/bin/env bash
# scikit-learn 1.9.1, RidgeClassifierCV(scoring="accuracy") with its default leave-one-out, two classes, labels that are coin flips.
# The expectation: best_score_ near 0.5, as cross_val_score of RidgeClassifier over LeaveOneOut says, and the ridge chosen by it.
# What happens: with two classes the targets are one column, of which the largest entry is always the first, so every row counts as
# right: best_score_ is 1.0 whatever the labels, all ridges tie, and the first of the list is chosen, with no warning. Three classes,
# or cv=5, are scored as they should be. Reported in issue 34942 of scikit-learn.
# Seen: 1.0 with ridge 1e-3 and 1.0 with ridge 1e3, the first of each list; leave-one-out by hand below 0.7; three classes below 0.7.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check scikit-learn==1.9.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import numpy as np
from sklearn.linear_model import RidgeClassifier, RidgeClassifierCV
from sklearn.model_selection import LeaveOneOut, cross_val_score

draw = np.random.default_rng(0)
features, two, three = draw.standard_normal((60, 8)), draw.integers(0, 2, 60), draw.integers(0, 3, 60)
def fit(labels, ridges):
    found = RidgeClassifierCV(alphas=ridges, scoring="accuracy").fit(features, labels)
    return float(found.best_score_), float(found.alpha_)
seen = [fit(two, [1e-3, 1, 1e3]), fit(two, [1e3, 1, 1e-3]), fit(three, [1e-3, 1, 1e3])]
right = float(cross_val_score(RidgeClassifier(alpha=1), features, two, cv=LeaveOneOut()).mean())
print(seen, "by hand", right)
sys.exit(int(not (seen[:2] == [(1.0, 1e-3), (1.0, 1e3)] and right < 0.7 and seen[2][0] < 0.7)))
END
