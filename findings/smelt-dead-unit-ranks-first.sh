#!/usr/bin/env bash
# smelt-ml 0.8.1, filter_anova_f and filter_relief: features ranked by how well each tells two classes apart; one of five is constant (a dead
# unit behind a ReLU, padding). The expectation: 0/0, which scikit-learn's f_classif gives as NaN with a warning, or a score of 0, the last place,
# as filter_correlation, filter_mutual_information and filter_information_gain of the same module have it. What happens: the F value of the constant
# is INFINITY, so it is ranked first whatever it is (0, 1 or 0.1), before the one feature that carries the classes, and choosing the best k
# features keeps all dead units. filter_mrmr puts it second, before three others, as a constant repeats none of those chosen. No warning.
# Seen: ('dead', inf), ('a', 7.09), ('n1', 1.47), …; correlation and mutual information rank it last with 0; scikit-learn 7.09, 1.47, … and nan.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check smelt-ml==0.8.1 scikit-learn==1.9.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' 2>/dev/null || exit 1
import sys
import numpy as np
import smelt
from sklearn.feature_selection import f_classif

draw, labels = np.random.default_rng(0), np.arange(60) % 2
live, names = draw.standard_normal((60, 4)), ["a", "n1", "n2", "n3", "dead"]
live[:, 0] += labels
good = strange = True
for constant in (0.0, 1.0, 0.1):
    rows = np.c_[live, np.full(60, constant)]
    ranks = {kind: getattr(smelt, "filter_" + kind)(rows, labels, names) for kind in ("anova_f", "mrmr", "correlation", "mutual_information")}
    print(constant, ranks["anova_f"], [name for name, _ in ranks["mrmr"]], f_classif(rows, labels)[0])
    good &= all(ranks[kind][-1] == ("dead", 0.0) for kind in ("correlation", "mutual_information")) and ranks["anova_f"][1][0] == "a"
    strange &= ranks["anova_f"][0] == ("dead", float("inf")) and ranks["mrmr"][1][0] == "dead"
sys.exit(int(not (good and strange)))
END
