#!/usr/bin/env bash
# rsatoolbox 0.3.2, representational dissimilarities of the same four classes: once from single rows grouped by calc_rdm(descriptor="class"),
# once from their class means, which come in the order dog, ant, cat, bee. The expectation: one geometry, so compare() says 1; or
# it refuses, as both results carry the class names. What happens: grouping sorts the classes by name, means keep their order, and
# compare() pairs by position without looking at the names: the similarity is far from 1, with no message. sort_by first mends it.
# The method "euclidean" is also not the Euclidean distance: it is its square over the number of features.
# Seen: classes ant, bee, cat, dog against dog, ant, cat, bee; similarity by correlation −0.22 where 1.00 is right; distances d²/10.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check rsatoolbox==0.3.2 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import numpy as np
from rsatoolbox.data import Dataset
from rsatoolbox.rdm import calc_rdm, compare

draw = np.random.default_rng(0)
names = ["dog", "ant", "cat", "bee"]
means = draw.standard_normal((4, 10))
wander = draw.standard_normal((4, 6, 10))
rows = (means[:, None] + wander - wander.mean(1, keepdims=True)).reshape(24, 10)
grouped = calc_rdm(Dataset(rows, obs_descriptors={"class": np.repeat(names, 6)}), method="euclidean", descriptor="class")
single = calc_rdm(Dataset(means, obs_descriptors={"class": names}), method="euclidean")
orders = [[str(n) for n in r.pattern_descriptors["class"]] for r in (grouped, single)]
seen = float(compare(grouped, single, method="corr")[0, 0])
single.sort_by(**{"class": "alpha"})
mended = float(compare(grouped, single, method="corr")[0, 0])
exact = np.sum((means[1] - means[3]) ** 2)
print(orders, seen, mended, float(grouped.get_vectors()[0][0]), exact / 10, exact**0.5)
square = np.isclose(grouped.get_vectors()[0][0], exact / 10)
sys.exit(int(not (square and orders[0] == sorted(names) and orders[1] == names and seen < 0.6 and mended > 0.999)))
END
