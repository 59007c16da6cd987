#!/usr/bin/env bash
# venn-abers 1.5.4, VennAbersCalibrator.predict_proba with scores of a calibration set and its classes; two classes written 0 and 1, 1 and 2 (R, MATLAB,
# LIBSVM), or −1 and 1 (support vector machines). The expectation: the classes are the two values there are, as for every classifier
# of scikit-learn, or other values are refused, as names are. What happens: the values themselves go into the isotonic fits as if they were frequencies,
# and the "probabilities" come out as 5.2 and −4.2, or 5 and −4. Each pair still adds up to one and the order is mostly kept, so that a check
# of the sums or an AUC sees nothing, while a Brier score, a log loss or a threshold of one half is worthless. No message.
# Seen: 0/1 between 0.08 and 0.92; 1/2 from −4.2 to 5.2; −1/1 from −4 to 5; names raise TypeError.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check venn-abers==1.5.4 scikit-learn==1.9.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import warnings
import numpy as np
from venn_abers import VennAbersCalibrator

draw = np.random.default_rng(0)
classes = draw.integers(0, 2, 400)
scores = np.clip(0.5 + 0.2 * (classes - 0.5) + 0.2 * draw.standard_normal(400), 0.01, 0.99)
asked = np.array([[0.9, 0.1], [0.5, 0.5], [0.1, 0.9]])
seen = {}
with warnings.catch_warnings(record=True) as heard:
    warnings.simplefilter("always")
    for name, written in {"0/1": classes, "1/2": classes + 1, "-1/1": 2 * classes - 1}.items():
        seen[name] = VennAbersCalibrator().predict_proba(p_cal=np.c_[1 - scores, scores], y_cal=written, p_test=asked)
try:
    VennAbersCalibrator().predict_proba(p_cal=np.c_[1 - scores, scores], y_cal=np.array(["cat", "owl"])[classes], p_test=asked)
    names = "taken"
except TypeError:
    names = "refused"
print(*seen.items(), names, [str(w.message) for w in heard], sep="\n")
sound = seen["0/1"].min() >= 0 and seen["0/1"].max() <= 1 and all(np.allclose(p.sum(axis=1), 1) for p in seen.values())
sys.exit(int(not (sound and names == "refused" and seen["1/2"].max() > 2 and seen["-1/1"].min() < -0.5 and not heard)))
END
