#!/usr/bin/env bash
# crepes 0.9.1, ConformalRegressor, intervals from n residuals of rows that were held out. The expectation: the half width is the residual
# of rank (n + 1)·confidence where that is whole: at 0.9 the 9th of 9, the 18th of 19, the 90th of 99. What happens: the rank is counted from the
# other end by the whole part of (1 − 0.9)(n + 1), which in floating point is 0.99999…, so at 0.9 it is one too high: of 9 residuals
# the interval is infinite (with a warning that 9 are too few), of 19 it is the largest residual, so 95 % are held where 90 % were
# asked. At 0.95 and 0.5 the same numbers of rows are counted right, so widths at two levels do not compare.
# Seen: ranks at 0.9: inf of 9, 19 of 19, 91 of 99; at 0.95: 19 of 19, 95 of 99; at 0.5: 5 of 9.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check crepes==0.9.1 scikit-learn==1.9.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import warnings
import numpy as np
from crepes import ConformalRegressor

warnings.simplefilter("ignore")
seen = {}
for confidence in (0.5, 0.9, 0.95):
    for count in (9, 19, 99):
        if confidence * (count + 1) % 1 < 1e-9:
            made = ConformalRegressor().fit(np.arange(1.0, count + 1))
            seen[confidence, count] = float(made.predict_int(np.zeros(1), confidence=confidence)[0][1])
print(seen)
right = seen[0.5, 9] == 5 and seen[0.95, 19] == 19 and seen[0.95, 99] == 95
sys.exit(int(not (right and seen[0.9, 9] == np.inf and seen[0.9, 19] == 19 and seen[0.9, 99] == 91)))
END
