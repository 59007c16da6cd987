#!/usr/bin/env bash
# mlxtend 0.25.0, bootstrap_point632_score(method=".632+") of a ridge classifier on 60 rows of 200 features, as for a probe on few
# labels: it fits its rows without an error. The expectation: the .632+ estimate of Efron and Tibshirani, whose weight of the rows left out
# lies between 0.632 and 1, so that the accuracy lies between that of "oob" and that of ".632" for the same draws. What happens: the rate
# of overfitting is not kept between 0 and 1, and it is taken draw by draw; where the rows left out of one draw are a little worse than
# chance, the weight has the wrong sign or no bound. Single "accuracies" are far below 0, and for coin flips the mean over 200 draws, which
# the documentation takes for the estimate, is a tenth below that of the rows left out alone. With a strong signal it is as expected. No warning.
# Seen: coin flips in three tables: oob 0.49, 0.48, 0.45; .632 0.61, 0.60, 0.58; .632+ 0.44, 0.40, 0.37, least draw −6.3; with a signal 0.81, 0.86, 0.84.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check mlxtend==0.25.0 scikit-learn==1.9.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import numpy as np
from mlxtend.evaluate import bootstrap_point632_score
from sklearn.linear_model import RidgeClassifier

labels, seen = np.repeat([0, 1], 30), []
for seed, signal in ((0, 0), (1, 0), (2, 0), (0, 1)):
    rows = np.random.default_rng(seed).standard_normal((60, 200))
    rows[:, :10] += signal * labels[:, None]
    draws = [bootstrap_point632_score(RidgeClassifier(), rows, labels, n_splits=200, method=method, random_seed=1)
             for method in ("oob", ".632", ".632+")]
    seen.append([*(draw.mean() for draw in draws), draws[2].min()])
seen = np.array(seen)
print("oob, .632, .632+, least draw of .632+ (three tables of coin flips, one with a signal)", *seen.round(3), sep="\n")
noise, signal = seen[:3], seen[3]
outside = np.all(noise[:, 2] < noise[:, 0] - 0.03) and noise[:, 3].min() < -1
sys.exit(int(not (outside and signal[0] < signal[2] < signal[1] and signal[3] > 0.5)))
END
