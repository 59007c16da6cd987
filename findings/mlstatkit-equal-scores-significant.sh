#!/usr/bin/env bash
# MLstatkit 0.1.91, Delong_test of two probes that give the same scores. The expectation: a difference of 0 and a p-value of 1 (or
# an error that the variance is zero). What happens: as the variance of the difference is 0, a bootstrap is run in place of DeLong's
# test, all of whose differences are 0, and the p-value is 0.0: the two are said to differ beyond any doubt, without a
# message. Two encoders that rank the rows alike (the scores doubled) do as much. Different scores give DeLong's p-value.
# Seen: z 0.0 and p 0.0, method "bootstrap", messages []; other scores of the same quality: method "delong", p above 0.05.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check MLstatkit==0.1.91 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import numpy as np
from MLstatkit import Delong_test

draw = np.random.default_rng(0)
labels = np.arange(60) % 2
scores, others = (draw.standard_normal(60) + labels for _ in range(2))
seen = {}
for name, compared in (("same", scores), ("doubled", 2 * scores), ("others", others)):
    z, p, *_, facts = Delong_test(labels, scores, compared, n_boot=20, random_state=0)
    seen[name] = float(z), float(p), facts["method"], facts["messages"]
print(seen)
equal = [seen[name] == (0.0, 0.0, "bootstrap", []) for name in ("same", "doubled")]
sys.exit(int(not (all(equal) and seen["others"][2] == "delong" and seen["others"][1] > 0.05)))
END
