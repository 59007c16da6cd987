#!/usr/bin/env bash
# sqlite-vec 0.1.9, vec_to_json, the way out of that database as text; and xlsx2csv 0.8.6 on cells without a number format. Features of
# deviation 1e-3, 1e-6 and 1e-7, as unit vectors of many dimensions and the probabilities of a softmax have. The expectation: single precision
# has seven digits wherever its point is, a cell has fifteen, and JSON and CSV can say 1e-07, as numpy, sqlite's own json and openpyxl do.
# What happens: six digits after the point, whatever the size: 0.0123456789 keeps five digits, features of deviation 1e-6 become -3 to 3 times
# 0.000001, and below 5e-7 all are 0, so that a column that separates two classes is constant. No message. The bytes and the cells are exact.
# Seen: [0.001250,0.000001,0.000000] and 0.00125,0.000001,0 for 1.25 times the deviations; correlations with the features 1, 0.96 and none.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
  sqlite-vec==0.1.9 apsw==3.54.1.0 xlsx2csv==0.8.6 openpyxl==3.1.5 numpy==2.4.6
cd "$folder" && venv/bin/python - <<'END' || exit 1
import json
import sys
import apsw
import numpy as np
import openpyxl
import sqlite_vec
from xlsx2csv import Xlsx2csv

base = apsw.Connection(":memory:")
base.enable_load_extension(True), base.load_extension(sqlite_vec.loadable_path())
sizes, book = np.array([1e-3, 1e-6, 1e-7]), openpyxl.Workbook()
rows = np.vstack([1.25 * sizes, np.random.default_rng(0).standard_normal((300, 3)) * sizes]).astype(np.float32)
texts = [base.execute("select vec_to_json(?)", (row.tobytes(),)).fetchone()[0] for row in rows]
for row in rows:
    book.active.append(row.astype(float).tolist())
book.save("rows.xlsx")
Xlsx2csv("rows.xlsx").convert("rows.csv")
lines = open("rows.csv").read().split()
read = [np.array([json.loads(text) for text in texts]), np.loadtxt("rows.csv", delimiter=",")]
agreement = np.array([[np.corrcoef(x[:, j], rows[:, j])[0, 1] for j in (0, 1)] for x in read])
print(texts[0], lines[0], agreement.round(5).tolist())
gone = not any(x[:, 2].any() for x in read) and abs(openpyxl.load_workbook("rows.xlsx").active["C1"].value / 1.25e-7 - 1) < 1e-6
short = texts[0] == "[0.001250,0.000001,0.000000]" and lines[0] == "0.00125,0.000001,0" and agreement[:, 1].max() < 0.98
sys.exit(int(not (gone and short and agreement[:, 0].min() > 0.99999)))
END
