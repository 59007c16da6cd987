#!/usr/bin/env bash
# dimensionality 0.1.4 (the bias-corrected participation ratio of an ICLR 2026 paper), participation_ratio of 400 rows of 5 independent latent
# variables mixed into 60 features, once as they are and once turned to their principal axes; and of white rows, 200 of 100 features, as in its
# quick start. The expectation: a participation ratio depends on the eigenvalues only, so a rotation does not change it, and it lies between 1
# and the number of features: about 5, 5 and, for white rows, 67 without and 100 with correction. What happens: the default also corrects for the choice
# of columns, taken as drawn from infinitely many; products of two DIFFERENT columns replace the covariance, and on principal
# axes those are zero, so that the dimension is −400 or any other number of either sign. White rows have −5000 or −300 000 dimensions, by
# the seed. return_all=True gives "row", which is 5 in both axes and 100 for white rows. No warning.
# Seen: mixed 5.5 (row 5.0); on principal axes −399 (row 5.0); white −5204 and −9075 (naive 67, row 102 and 101).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check dimensionality==0.1.4 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import numpy as np
from dimensionality import participation_ratio

def seen(rows):
    found = participation_ratio(rows, return_all=True)
    variances = np.linalg.eigvalsh(np.cov(rows.T))
    return [round(float(found[k]), 1) for k in ("both", "row", "naive")] + [round(float(variances.sum() ** 2 / (variances ** 2).sum()), 1)]
draw = np.random.default_rng(0)
mixed = draw.standard_normal((400, 5)) @ np.linalg.qr(draw.standard_normal((60, 5)))[0].T
axes = np.linalg.svd(mixed - mixed.mean(0), full_matrices=False)[2][:5]
white = [seen(np.random.default_rng(seed).standard_normal((200, 100))) for seed in (0, 1)]
print("mixed", seen(mixed), "axes", seen(mixed @ axes.T), "white", white)
good = abs(seen(mixed)[0] - 5) < 1 and abs(seen(mixed)[1] - 5) < 0.2 and abs(seen(mixed @ axes.T)[1] - 5) < 0.2
strange = not 0 < seen(mixed @ axes.T)[0] < 60 and all(w[0] < -1000 and abs(w[1] - 100) < 5 and abs(w[2] - w[3]) < 0.2 for w in white)
sys.exit(int(not (good and strange)))
END
