#!/usr/bin/env bash
# rocauc-comparison 0.1.1, delong_roc_variance and delong_roc_test with labels 0 and 1 of type uint8 (one-byte codes, as image sets, HDF5 and
# Parquet files keep them). The expectation: the same 0s and 1s give the same area in every numeric type, or are refused, as booleans
# are. What happens: rows are ordered by minus the label, which for uint8 is 255, not −1, so the negatives come first and are taken
# for the positives: with 30 % positives the area is that of a mixture, neither A nor 1 − A, and a clear difference of two probes
# has a p-value near 1. No warning.
# Seen: area 0.759 and p 0.011 with int64 and float64; 0.433 and p 0.982 with uint8.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check rocauc-comparison==0.1.1 numpy==2.2.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import numpy as np
from rocauc_comparison.delong import delong_roc_test, delong_roc_variance

draw = np.random.default_rng(0)
labels = draw.random(300) < 0.3
one, two = draw.standard_normal(300) + labels, draw.standard_normal(300) + 0.5 * labels
exact = np.mean(one[labels][:, None] > one[~labels])
seen = {}
for kind in (np.int64, np.float64, np.uint8):
    area, _ = delong_roc_variance(labels.astype(kind), one)
    seen[kind.__name__] = float(area), float(delong_roc_test(labels.astype(kind), one, two).p_value)
print(seen, "exact", float(exact))
right = all(abs(seen[kind][0] - exact) < 1e-9 and seen[kind][1] < 0.05 for kind in ("int64", "float64"))
sys.exit(int(not (right and seen["uint8"][0] < 0.5 and seen["uint8"][1] > 0.5)))
END
