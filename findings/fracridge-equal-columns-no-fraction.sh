#!/usr/bin/env bash
# fracridge 2.0 (3.0, for Python 3.12, computes the same), fracridge(X, y, fracs): ridges named by the length of the coefficients as a fraction of that of the
# unregularised fit; 200 rows of 11 features, the last of which is equal to the first (a unit that is stored twice, one-hot columns beside a constant). The
# expectation: the unregularised fit is that of least norm, as tol says that small singular values are taken for zero, and as with more features than
# rows. What happens: with more rows than features the singular values are roots of those of X'X, so a zero one is about 1e-7, above tol, and the fit
# divides by it: "fraction 1" is 37 times as long as the least norm and gives the two equal columns −78.2 and 79.3 in place of 0.54 and 0.54. All other
# fractions are fractions of THAT length: 0.1 is 3.5 times as long as the whole right fit, by a ridge of 3e-15. In other units (columns times 100), and
# with another library of linear algebra (jit=True: 18 times), they are other fractions. No message; without the equal column all is right.
# Seen: lengths over the least norm at 0.1, 0.5, 1: 3.54, 21.0, 36.8; times 100: 0.17, 0.87, 1.73; ten columns 0.10, 0.50, 1.00.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check fracridge==2.0 scikit-learn==1.9.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import warnings
import numpy as np
from fracridge import fracridge

draw = np.random.default_rng(0)
rows = draw.standard_normal((200, 10))
targets = rows.sum(axis=1) + draw.standard_normal(200)
twice, lengths = np.c_[rows, rows[:, 0]], {}
with warnings.catch_warnings(record=True) as heard:
    warnings.simplefilter("always")
    for name, features in {"ten": rows, "eleven": twice, "eleven, times 100": 100 * twice}.items():
        right = np.linalg.lstsq(features, targets, rcond=None)[0]
        fits, ridges = fracridge(features, targets, np.array([0.1, 0.5, 1.0]), jit=False)
        lengths[name] = np.linalg.norm(fits, axis=0) / np.linalg.norm(right)
        print(name, np.round(lengths[name], 3), "ridges", ridges.ravel(), "first and last", fits[[0, -1], 2], right[[0, -1]])
good = np.allclose(lengths["ten"], [0.1, 0.5, 1.0], atol=0.02)
off = [np.abs(lengths[name] - lengths["ten"]).max() > 0.05 for name in ("eleven", "eleven, times 100")]
sys.exit(int(not (good and all(off) and not any("eigenvalue" in str(w.message) for w in heard))))
END
