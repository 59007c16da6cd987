#!/usr/bin/env bash
# mord 0.7 on scikit-learn 1.9.1, OrdinalRidge fitted to ordered classes −2 … 2 (ratings around a neutral middle) that are a linear
# function of the features, without noise. The expectation: predictions are rounded to the nearest class and clipped to the lowest
# and highest class seen. What happens: they are clipped to 0 and the highest class, so −2 and −1 are never predicted, both
# come back as 0, without a warning. The same classes numbered 0 … 4 are all right.
# Seen: predictions [0, 1, 2] of [-2, -1, 0, 1, 2], 0.6 of the rows right; numbered from 0 all five and 1.0.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check mord==0.7 scikit-learn==1.9.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import numpy as np
from mord import OrdinalRidge

classes = np.arange(200) % 5
rows = np.c_[classes, np.random.default_rng(0).standard_normal((200, 3))]
seen = {}
for lowest in (-2, 0):
    guess = OrdinalRidge(alpha=1e-6).fit(rows, classes + lowest).predict(rows)
    seen[lowest] = np.unique(guess).tolist(), float((guess == classes + lowest).mean())
print(seen)
sys.exit(int(seen != {-2: ([0, 1, 2], 0.6), 0: ([0, 1, 2, 3, 4], 1.0)}))
END
