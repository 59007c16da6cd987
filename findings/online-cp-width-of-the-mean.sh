#!/usr/bin/env bash
# online-cp 0.4.0, ConformalRidgeRegressor(a=1), 60 rows of 5 centred features to learn from, targets with mean 0, 20 or 1000 and noise of
# deviation 1. The expectation: a ridge regression has an intercept that is not shrunk, so the 90 % interval is about 3 wide
# whatever the mean. What happens: there is none, nor an option for one. The intervals still hold 90 % of the targets, so nothing
# looks wrong, but their width grows with the mean. Targets less their mean, or a column of large equal numbers, bring it back.
# Seen: widths 3.0, 27.0 and 1363 with shares held 0.83, 0.92 and 0.89; 3.1 with a column of 1000s.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check online-cp==0.4.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import numpy as np
from online_cp import ConformalRidgeRegressor

draw = np.random.default_rng(0)
rows, noise = draw.standard_normal((560, 5)), draw.standard_normal(560)
targets = rows @ draw.standard_normal(5) + noise
def run(x, y):
    machine = ConformalRidgeRegressor(a=1.0)
    machine.learn_initial_training_set(x[:60], y[:60])
    found = [machine.predict(row, epsilon=0.1) for row in x[60:]]
    held = np.mean([f.lower <= value <= f.upper for f, value in zip(found, y[60:])])
    return float(np.mean([f.upper - f.lower for f in found])), float(held)
seen = {mean: run(rows, targets + mean) for mean in (0, 20, 1000)}
ones = run(np.c_[rows, np.full(560, 1000.0)], targets + 1000)
print(seen, ones)
held = all(share > 0.8 for _, share in (*seen.values(), ones))
sys.exit(int(not (held and seen[0][0] < 5 and ones[0] < 5 and seen[20][0] > 15 and seen[1000][0] > 500)))
END
