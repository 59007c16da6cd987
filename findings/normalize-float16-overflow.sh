#!/usr/bin/env bash
# scikit-learn 1.9.1, sklearn.preprocessing.normalize on float16 rows of norm 400 (400 values of 20, ordinary for hidden
# states of a language model). The expectation: the norm is accumulated in float32, or an overflow warning. What happens: the
# array stays float16, the sum of squares passes 65504 and is infinite, and every row comes back as zeros, without a
# warning or an error. numpy.linalg.norm of the same rows says infinity, with a warning. Normalizer does as normalize.
# Seen: [0. 0. 0.] where 0.05 is right; no warning; float32 input gives 0.05.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check scikit-learn==1.9.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import warnings
import numpy as np
from sklearn.preprocessing import Normalizer, normalize

rows = np.full((3, 400), 20, np.float16)
with warnings.catch_warnings(record=True) as heard:
    warnings.simplefilter("always")
    half, fitted = normalize(rows), Normalizer().fit_transform(rows)
single = normalize(rows.astype(np.float32))
print(half[0, :3], fitted[0, :3], single[0, :3], [str(w.message) for w in heard])
seen = not half.any() and not fitted.any() and not heard and np.allclose(single, 0.05)
sys.exit(int(not seen))
END
