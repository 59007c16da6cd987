#!/usr/bin/env bash
# river 0.26.1, metrics.ROCAUC fed the decision values of a linear probe. The expectation: the AUC depends on the order of the
# scores alone, so that any increasing map of them, and so decision values, give what scikit-learn gives, 0.77. What
# happens: the curve is made from ten fixed thresholds between 0 and 1, and its ends are not added where scores lie outside; the
# missing corners make the area 0.23, and 0.03 with the scores times ten, which reads as a probe that is worse than chance. Small
# scores (divided by 1000) give 0.5. More thresholds change nothing, no warning. RollingROCAUC is exact.
# Seen: 0.23, 0.03, and 0.5 where all three are 0.77; probabilities of the same rows give 0.76.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check river==0.26.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import numpy as np
from river import metrics

draw = np.random.default_rng(0)
labels = draw.integers(0, 2, 2000)
scores = draw.standard_normal(2000) + labels
ranked = scores.argsort().argsort() + 1
exact = (ranked[labels == 1].sum() - labels.sum() * (labels.sum() + 1) / 2) / (labels.sum() * (1 - labels).sum())
def area(values):
    metric = metrics.ROCAUC()
    for label, value in zip(labels, values):
        metric.update(bool(label), float(value))
    return float(metric.get())
probable = 1 / (1 + np.exp(-scores))
seen = {k: area(v) for k, v in (("raw", scores), ("ten", 10 * scores), ("small", probable / 1000), ("probable", probable))}
print(seen, exact)
good = exact > 0.75 and abs(seen["probable"] - exact) < 0.02
sys.exit(int(not (good and seen["raw"] < 0.3 and seen["ten"] < 0.1 and abs(seen["small"] - 0.5) < 0.01)))
END
