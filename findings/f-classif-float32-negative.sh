#!/usr/bin/env bash
# scikit-learn 1.9.1, f_classif (what SelectKBest scores with by default) on 10 000×200 float32 features of standard deviation
# 1 and mean 100, two classes. The expectation: F values right to about four digits, and never negative. What happens: sums of
# squares are accumulated in float32 and subtracted without centring, so many of the F values are NEGATIVE, and
# of the 20 features selected about a third are the ones float64 selects. No warning. Mean 10 already
# makes some negative. RidgeCV and StandardScaler on the same array are right.
# Seen: 88 of 200 negative at mean 100, 6 of 20 selected in common; float64 has none negative.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check scikit-learn==1.9.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import numpy as np
from sklearn.feature_selection import SelectKBest, f_classif

draw = np.random.default_rng(0)
single = (draw.standard_normal((10_000, 200)) + 100).astype(np.float32)
label = single[:, 0] + 2 * draw.standard_normal(10_000) > 100
score = {kind: f_classif(single.astype(kind), label)[0] for kind in (np.float32, np.float64)}
kept = [set(SelectKBest(k=20).fit(single.astype(kind), label).get_support(True)) for kind in score]
negative = [int((values < 0).sum()) for values in score.values()]
print("negative", negative, "selected in common", len(kept[0] & kept[1]))
sys.exit(int(not (negative[0] > 20 and negative[1] == 0 and len(kept[0] & kept[1]) < 15)))
END
