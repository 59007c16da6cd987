#!/usr/bin/env bash
# permetrics 2.1.0, ClassificationMetric, cohen_kappa_score and matthews_correlation_coefficient of three classes with shares 0.7, 0.2, 0.1. The expectation: kappa
# and the correlation of the whole table, as in scikit-learn and in the textbook, or a refusal of average, as of its default, "binary"; both are 0 for a probe that knows nothing, such
# as the one that always says the commonest class. What happens: each class is set against the rest, and the two-class numbers are averaged: by "macro"
# kappa is 0.331 where it is 0.317, by "weighted" 0.296, by "micro" 0.43; none of them is the kappa of three classes. And by "micro" the
# probe that always says the commonest class has 0.55 in both, as 70 % accuracy is set against chance of one in three. No message.
# Seen: macro 0.331 and 0.353, weighted 0.296 and 0.314, micro 0.43 twice, of the whole table 0.317 and 0.333; always one class: micro 0.55, right 0.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check permetrics==2.1.0 scikit-learn==1.9.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import numpy as np
from permetrics import ClassificationMetric
from sklearn.metrics import cohen_kappa_score, matthews_corrcoef

classes = np.repeat([0, 1, 2], [70, 20, 10])
draw = np.random.default_rng(0)
scores = draw.dirichlet(np.ones(3), 100)
scores[np.arange(100), classes] += 0.3
seen = {}
for name, said in {"probe": scores.argmax(axis=1), "commonest": np.zeros(100, int)}.items():
    metric = ClassificationMetric(classes, said)
    seen[name, "right"] = float(cohen_kappa_score(classes, said)), float(matthews_corrcoef(classes, said))
    for way in ("macro", "weighted", "micro"):
        seen[name, way] = float(metric.cohen_kappa_score(average=way)), float(metric.matthews_correlation_coefficient(average=way))
print(*seen.items(), sep="\n")
ways = [seen["probe", way] for way in ("macro", "weighted", "micro")]
good = abs(seen["commonest", "right"][0]) < 1e-9
off = all(abs(kappa - seen["probe", "right"][0]) > 0.01 for kappa, _ in ways) and min(seen["commonest", "micro"]) > 0.4
sys.exit(int(not (good and off)))
END
