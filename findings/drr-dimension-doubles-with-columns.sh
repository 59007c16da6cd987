#!/usr/bin/env bash
# drr 1.0.5, estimate_intrinsic_dimension of 400 rows on a line, and of 400 rows on a 5-dimensional plane, turned into tables of 6, 12, 20
# and 384 columns. The expectation: an intrinsic dimension belongs to the rows, so that it stays about 1 and about 5 however many
# columns they are written in. What happens: three rules by the number of columns. Above 15 the slope of the correlation function is
# multiplied by 2, so the same plane has 4 dimensions in 12 columns and 8 in 20; from 7 to 15 a slope below 1 is replaced by
# half the number of columns, so a line has 6 dimensions in 12. No message tells the three apart; the ratio (DRR) follows.
# Seen: line 1, 6, 2, 2 and plane 4, 4, 8, 8 in 6, 12, 20 and 384 columns.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check drr==1.0.5 numpy==2.4.6
"$folder/venv/bin/python" - 2>"$folder/log" <<'END' || exit 1
import sys
import numpy as np
from drr import estimate_intrinsic_dimension

draw = np.random.default_rng(0)
seen = {}
for dimension in (1, 5):
    inner = draw.standard_normal((400, dimension))
    for columns in (6, 12, 20, 384):
        turn = np.linalg.qr(draw.standard_normal((columns, dimension)))[0].T
        seen[dimension, columns] = int(estimate_intrinsic_dimension(inner @ turn, distance_metric="l2")[1])
print(seen)
doubled = seen[5, 20] >= 1.6 * seen[5, 12] and seen[5, 384] >= 1.6 * seen[5, 12] and 3 <= seen[5, 12] <= 6
sys.exit(int(not (doubled and seen[1, 6] <= 2 and seen[1, 12] == 6 and seen[1, 20] == 2)))
END
