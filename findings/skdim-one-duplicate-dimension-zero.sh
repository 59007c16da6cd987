#!/usr/bin/env bash
# scikit-dimension 0.5.0, intrinsic dimension of 500 embeddings on a 5-dimensional plane in 20 dimensions, to which ONE row is added
# that repeats another (the same text twice). The expectation: 1 row of 501 changes little, or the row is left out, as TwoNN does
# with a warning. What happens: MLE answers 0.0 and MiND_ML 1.0, the least there is, with no more than numpy's own "divide by zero"; the
# distance of zero makes one row's logarithm infinite, and the mean over all rows takes that in. MADA and MOM do not move.
# Seen: MLE 4.90 and 0.0; MiND_ML 4.92 and 1.0; TwoNN 4.44 and 4.48; MOM 4.42 and 4.43; MADA 5.21 and 5.22.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check scikit-dimension==0.5.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import warnings
import numpy as np
from skdim import id

warnings.simplefilter("ignore")
draw = np.random.default_rng(0)
rows = draw.standard_normal((500, 5)) @ np.linalg.qr(draw.standard_normal((20, 5)))[0].T
seen = {}
for kind in (id.MLE, id.MiND_ML, id.TwoNN, id.MOM, id.MADA):
    seen[kind.__name__] = [round(float(kind().fit(x).dimension_), 2) for x in (rows, np.r_[rows, rows[:1]])]
print(seen)
usual = all(4 < plain < 6 for plain, _ in seen.values()) and all(abs(seen[k][0] - seen[k][1]) < 0.2 for k in ("TwoNN", "MOM", "MADA"))
sys.exit(int(not (usual and seen["MLE"][1] == 0 and seen["MiND_ML"][1] == 1)))
END
