#!/usr/bin/env bash
# mlpack 4.8.0 (Python), knn of 2000×8 features among themselves, as for a nearest-neighbour probe or an intrinsic dimension, and pca. The
# expectation: an array passed as input is read, as linear_svm, softmax_regression, kernel_pca and gmm_train of the same package
# do. What happens: the tree of knn is built in the caller's memory and REORDERS ITS ROWS, so that labels kept beside them belong to
# other rows from then on; the neighbours returned are numbered by the old order. kfn, krann and kde do as much. pca leaves the scores of
# ALL components in the array: "raw features" compared with two components afterwards are the scores. No message; copy_all_inputs=True,
# described as a help for debugging, prevents both, and so does another memory order or float32, which are copied.
# Seen: after knn 0.01 of the rows at their place and an accuracy of least squares of 0.54 where 0.99 is right; the array equal to the scores after pca.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check mlpack==4.8.0 numpy==2.4.6 pandas==2.3.3
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import mlpack
import numpy as np

rows = np.random.default_rng(0).standard_normal((2000, 8))
labels = np.sign(rows @ np.arange(8))
def accuracy(features):
    return float(np.mean(np.sign(features @ np.linalg.lstsq(features, labels, rcond=None)[0]) == labels))
given, copied, single = rows.copy(), rows.copy(), rows.astype(np.float32)
found = mlpack.knn(reference=given, k=1)["neighbors"][:, 0]
mlpack.knn(reference=copied, k=1, copy_all_inputs=True)
mlpack.knn(reference=single, k=1)
distances = np.square(rows[:, None] - rows).sum(axis=2) + np.diag(np.full(2000, np.inf))
in_place = float(np.mean(np.all(given == rows, axis=1)))
scored = rows.copy()
scores = mlpack.pca(input_=scored, new_dimensionality=2)["output"]
print("in place", in_place, "accuracies", accuracy(rows), accuracy(given), "scores", np.array_equal(scored[:, :2], scores))
same_rows = np.array_equal(np.sort(given[:, 0]), np.sort(rows[:, 0])) and np.array_equal(found, distances.argmin(axis=1))
kept = np.array_equal(copied, rows) and np.array_equal(single, rows.astype(np.float32))
worse = accuracy(rows) > 0.9 and accuracy(given) < 0.6
sys.exit(int(not (in_place < 0.05 and same_rows and kept and worse and np.array_equal(scored[:, :2], scores))))
END
