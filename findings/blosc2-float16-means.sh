#!/usr/bin/env bash
# blosc2 4.14.1, mean and std of a compressed NDArray of float16 features, for standardising them before a probe. The expectation: numpy's
# float16 mean, which is accumulated in float32 and right. What happens: sums are accumulated in float16, where beyond 4096 the steps
# are 4 and above 65504 is infinity: the means of columns of 1000 times 20 come out as 17.64 without a warning, and the mean and
# the standard deviation over all as infinity, with numpy's warning of an overflow. The same array as float32 is right.
# Seen: column means 17.64 where 20 is right; mean and deviation inf; numpy 20.0; blosc2 with float32 20.0.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check blosc2==4.14.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import blosc2
import numpy as np

rows = np.full((1000, 50), 20, np.float16)
half, single = blosc2.asarray(rows), blosc2.asarray(rows.astype(np.float32))
seen = [float(x) for x in (half.mean(axis=0)[0], half.mean(), half.std(), single.mean(axis=0)[0], single.mean(), rows.mean(0)[0], rows.mean())]
print(seen)
sys.exit(int(not (seen[3:] == [20, 20, 20, 20] and abs(seen[0] - 20) > 1 and not np.isfinite(seen[1]) and not np.isfinite(seen[2]))))
END
