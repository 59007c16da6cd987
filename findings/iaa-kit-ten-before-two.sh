#!/usr/bin/env bash
# iaa-kit 0.1.2, agreement of two people who label the same rows. Two surprises. weighted_kappa(…, "quadratic") of 300 marks that differ by
# at most one, on a scale of 0 to 9 and the same marks on a scale of 1 to 10. The expectation: one number, as the differences are the same, and
# near 1, 0.966 by scikit-learn's cohen_kappa_score. What happens: 0.966 for 0 to 9 and 0.719 for 1 to 10: classes are put in order by their text, so 10
# stands between 1 and 2 and a pair of 9 and 10 is nearly as bad as 9 and 1. And ac2, Gwet's AC2, which was made because kappa collapses where one
# class is rare, IS the weighted kappa: 90 of 100 rows agreed on with one class at 95 % give AC1 0.89 and AC2 −0.05 (for two classes both are one
# number, (0.9 − 0.095) / (1 − 0.095)). No message.
# Seen: 0.9663 and 0.7191, scikit-learn 0.9663 twice; ac1 0.8895, ac2 −0.0526, kappa −0.0526.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check iaa-kit==0.1.2 scikit-learn==1.9.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import numpy as np
from iaa_kit import ac1, ac2, cohen_kappa, weighted_kappa
from sklearn.metrics import cohen_kappa_score

draw = np.random.default_rng(0)
one = draw.integers(0, 10, 300)
other = np.clip(one + draw.integers(-1, 2, 300), 0, 9)
kappas = [(weighted_kappa((one + shift).tolist(), (other + shift).tolist(), "quadratic"),
           float(cohen_kappa_score(one + shift, other + shift, weights="quadratic"))) for shift in (0, 1)]
rare, again = [1] * 95 + [0] * 5, [1] * 90 + [0] * 5 + [1] * 5
chance = 2 * 0.95 * 0.05
gwet = (0.9 - chance) / (1 - chance)
print(kappas, "ac1", ac1(rare, again), "ac2", ac2(rare, again), "kappa", cohen_kappa(rare, again), "right", gwet)
good = abs(kappas[0][0] - kappas[0][1]) < 1e-9 and abs(kappas[0][1] - kappas[1][1]) < 1e-9 and abs(ac1(rare, again) - gwet) < 1e-9
sys.exit(int(not (good and kappas[1][1] - kappas[1][0] > 0.2 and ac2(rare, again) == cohen_kappa(rare, again) < 0)))
END
