#!/usr/bin/env bash
# multiclass-metrics 0.0.2, roc_auc_score with labels=, the names of the score columns in the order of the columns. The expectation: columns
# are matched to their names, as its text says and as three classes in any order show (scikit-learn refuses an order that is not
# sorted), so that the area does not depend on the order of the columns. What happens: with two classes the second column is the score and the
# names are left aside: the positive class is the later one in the alphabet, and with the columns dog, cat the area is 1 − A.
# auprc of the same arguments does use the names. No warning in either.
# Seen: three classes 0.810 in all orders; two classes 0.870 by cat, dog and 0.130 by dog, cat; auprc 0.90 and 0.86.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    multiclass-metrics==0.0.2 scikit-learn==1.7.0 pandas==2.3.3 numpy==2.3.5
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import numpy as np
from multiclass_metrics import auprc, roc_auc_score

draw = np.random.default_rng(0)
names = np.array(["ant", "cat", "dog"])
classes = draw.integers(0, 3, 600)
scores = draw.dirichlet([1, 1, 1], 600) + 0.3 * np.eye(3)[classes]
scores /= scores.sum(axis=1, keepdims=True)
def area(columns, metric=roc_auc_score):
    rows = np.isin(classes, columns)
    kept = scores[rows][:, columns]
    return float(metric(names[classes[rows]], kept / kept.sum(axis=1, keepdims=True), labels=names[columns]))
three = [area(columns) for columns in ([0, 1, 2], [2, 0, 1], [1, 2, 0])]
two = [area(columns) for columns in ([1, 2], [2, 1])]
precision = [area(columns, auprc) for columns in ([1, 2], [2, 1])]
print(three, two, precision)
sys.exit(int(not (max(three) - min(three) < 1e-9 and two[0] > 0.7 and abs(sum(two) - 1) < 1e-9 and min(precision) > 0.7)))
END
