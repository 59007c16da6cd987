#!/usr/bin/env bash
# dcor 0.7, distance_correlation of columns of uint8 (pixels, counts, class numbers as image libraries and one-byte codes keep them).
# The expectation: what the same numbers give as float64, between 0 and 1. What happens: distances are differences of the numbers
# in their own type, which wrap round below 0 (3 − 5 is 254), and the "correlation" of two related columns is above one
# million; energy_distance is off by a factor of thirty. The one warning, that slower code is used, comes for int64 too, which is right.
# Seen: 1462400.16 where 0.8685 is right; energy distance 0.44 where 13.32 is right.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check dcor==0.7 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import dcor
import numpy as np

draw = np.random.default_rng(0)
pixels = draw.integers(0, 200, 100).astype(np.uint8)
counts = (pixels // 2 + draw.integers(0, 50, 100)).astype(np.uint8)
seen = {}
for kind in (np.uint8, np.int64, np.float64):
    x, y = pixels.astype(kind), counts.astype(kind)
    seen[kind.__name__] = (float(dcor.distance_correlation(x, y)), float(dcor.energy_distance(x[:, None], y[:, None])))
print(seen)
right = seen["float64"]
same = np.allclose(seen["int64"], right) and 0 < right[0] < 1 and right[1] > 10
sys.exit(int(not (same and seen["uint8"][0] > 1000 and seen["uint8"][1] < 1)))
END
