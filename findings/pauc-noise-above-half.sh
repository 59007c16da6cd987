#!/usr/bin/env bash
# pauc 0.2.2, ROC with its defaults, scores that have nothing to do with the labels, 500 test parts of 20 rows each. The expectation:
# areas lie around 0.5, on average 0.5. What happens: direction="auto" turns the scores round in each part in which the
# negatives lie higher, so that chance looks like skill, 0.6 on average, and a probe that ranks backwards (0.2) is reported as
# 0.8, without a message. Only direction="<" measures the scores as they are. A mean over folds is always biased upwards.
# Seen: mean 0.603 with the default and 0.494 with direction="<"; backwards 0.79 and 0.21.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check pauc==0.2.2 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import numpy as np
from pauc import ROC

draw = np.random.default_rng(0)
labels = np.arange(20) % 2
parts = [draw.standard_normal(20) for _ in range(500)]
mean = {way: float(np.mean([ROC(labels, part, direction=way).auc for part in parts])) for way in ("auto", "<")}
many = np.arange(400) % 2
backwards = -(draw.standard_normal(400) + 1.25 * many)
area = {way: float(ROC(many, backwards, direction=way).auc) for way in ("auto", "<")}
print(mean, area)
right = abs(mean["<"] - 0.5) < 0.02 and area["<"] < 0.3
sys.exit(int(not (right and mean["auto"] > 0.57 and abs(area["auto"] + area["<"] - 1) < 1e-9)))
END
