#!/usr/bin/env bash
# densratio 0.4.0, importance weights under covariate shift (uLSIF, all defaults): 300 rows and 300 rows from ONE normal distribution of 5 features, in units
# of 1 and of 100 (pixels, raw activations). The expectation: the kernel width is searched among the distances there are (from their median), so
# that the weights of fresh rows are about 1 in any unit. What happens: "auto" is a fixed list, 0.001 to 10, so in units of 100 every row is far
# from every other: the median weight is 0, the effective sample size of 300 fresh rows is 1.4, as if the shift were total, and
# there is no shift. No warning, and the divergence stays small. sigma=[median distance] gives weights of about 1 in both units.
# Seen: median weights 0.995 and 0.0, effective sizes 300 and 1.4; with the median distance 0.93 and 0.97, 293 and 293.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check densratio==0.4.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' 2>/dev/null || exit 1
import sys
import numpy as np
from densratio import densratio

np.random.seed(0)
seen = {}
for features, unit in ((5, 1), (5, 100)):
    one, other, fresh = (unit * np.random.standard_normal((300, features)) for _ in range(3))
    distance = float(np.median(np.linalg.norm(one - other, axis=1)))
    found = [densratio(one, other, verbose=False, **more) for more in ({}, {"sigma": [distance]})]
    weights = [f.compute_density_ratio(fresh) for f in found]
    seen[features, unit] = [float(found[0].kernel_info.sigma)] + [round(float(np.median(w)), 3) for w in weights] + [round(float(w.sum() ** 2 / (w ** 2).sum()), 1) for w in weights]
print(seen)
good = all(line[2] > 0.9 and line[4] > 280 for line in seen.values()) and seen[5, 1][1] > 0.9
sys.exit(int(not (good and seen[5, 100][0] == 10 and seen[5, 100][1] < 1e-3 and seen[5, 100][3] < 10)))
END
