#!/usr/bin/env bash
# lccv 0.2.2, lccv(), which asks by learning-curve cross-validation whether a learner can still beat r with all labels; a linear classifier without a ridge
# on 3000 rows of 254 features, r = 0.75. The expectation: it is discarded only if it cannot, as the bound taken is an optimistic one, and it is right for
# 94 % of the rows with 2700 labels. What happens: the curve is taken to be convex, and the slope of its last piece bounds all that follows. The sizes
# tried are powers of two, 64, 128, 256, and at 256 labels a fit with 254 features is at its peak: chance. So the slope is 0, the bound is below
# 0.75 and the answer is nan, as for a learner that cannot. With a ridge of 100 the same rows are kept. The widths of
# many encoders are powers of two or just below, as the sizes tried are. No message.
# Seen: nan after 0.582, 0.649, 0.507 at 64, 128, 256 labels; one fit with 2700 labels is right for 0.943 of the others.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check lccv==0.2.2 scikit-learn==1.9.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import numpy as np
from lccv import lccv
from sklearn.linear_model import RidgeClassifier

draw = np.random.default_rng(0)
rows = draw.standard_normal((3000, 254))
classes = (rows @ draw.standard_normal(254) + 1.6 * draw.standard_normal(3000) > 0).astype(int)
plain = RidgeClassifier(alpha=1e-9)
bound, last, curve, _ = lccv(plain, rows, classes, r=0.75, target_anchor=0.9)
curve = {int(labels): round(float(seen["mean"]), 3) for labels, seen in curve.items()}
full = plain.fit(rows[:2700], classes[:2700]).score(rows[2700:], classes[2700:])
print(bound, curve, "with 2700 labels", full)
sys.exit(int(not (np.isnan(bound) and sorted(curve) == [64, 128, 256] and curve[256] < 0.56 < curve[128] and full > 0.88)))
END
