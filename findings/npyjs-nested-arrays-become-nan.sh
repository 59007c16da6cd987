#!/usr/bin/env bash
# npyjs 1.2.0 (Node), dump of JavaScript arrays to .npy, read by numpy 2.4.6. The expectation: two vectors given as nested arrays are
# written as a 3×2 matrix, or refused; numbers of JavaScript are doubles, and null is missing. What happens: each inner array
# is made one number, which is NaN, so 3 vectors of 2 become a file of shape (3,) with three NaN, without an error. A flat array
# with fractions is float32, so 16777217.5 comes back as 16777218; in it null becomes 0, a missing value that looks measured.
# A flat Float32Array with its shape is written right; so is a Float64Array, which stays float64.
# Seen: float32 (3,) [nan nan nan]; float32 [1.6777218e+07 0. 2.]; float64 (3, 2) with the numbers given.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --no-compile --disable-pip-version-check numpy==2.4.6
npm install --silent --no-audit --no-fund npyjs@1.2.0 >log 2>&1
cat >write.mjs <<'END'
import { writeFileSync } from 'node:fs'
import { dump } from 'npyjs'
const save = (name, ...given) => writeFileSync(name, Buffer.from(dump(...given)))
save('nested.npy', [[0.5, 0.25], [1, 2], [3, 4]])
save('flat.npy', [16777217.5, null, 2])
save('typed.npy', new Float64Array([0.5, 0.25, 1, 2, 3, 16777217.5]), [3, 2])
END
node write.mjs
venv/bin/python - <<'END' || exit 1
import sys
import numpy as np

nested, flat, typed = (np.load(name + ".npy") for name in ("nested", "flat", "typed"))
print(nested, flat, typed)
lost = nested.shape == (3,) and np.isnan(nested).all() and flat.dtype == np.float32 and flat.tolist() == [16777218, 0, 2]
sys.exit(int(not (lost and typed.dtype == np.float64 and typed.tolist() == [[0.5, 0.25], [1, 2], [3, 16777217.5]])))
END
