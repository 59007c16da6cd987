#!/usr/bin/env bash
# numpy 2.4.6, genfromtxt(dtype=None); the csv module of Python 3 with QUOTE_NONNUMERIC; petl 1.7.30, convertnumbers; pyexcel 0.7.6,
# get_array: four ways to read a table whose types are not known. The groups of its rows (a patient and a visit, a video and a shot)
# are called 1_23 and 12_3, its classes 1_2 and 12. The expectation: that is no number, and the column is text, as in pandas (and in numpy's
# loadtxt, which refuses it). What happens: Python's int() and float() take an underscore between digits, as in source text, so BOTH groups
# are 123 and both classes are 12: rows of two groups pass for one group, the difference of two classes is gone, and the names match
# no other file. No message. pyexcel does so cell by cell: 1_23 stays text, and 12_3 below it is 123.0.
# Seen: genfromtxt (123, 1, 12), (123, 2, 12); csv and petl the same; pyexcel '1_23', 12.0 and 123.0, 12; pandas '1_23', '1_2' and '12_3', '12'.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check numpy==2.4.6 petl==1.7.30 pyexcel==0.7.6 pandas==3.1.1
cd "$folder" && venv/bin/python - <<'END' || exit 1
import csv
import io
import sys
import numpy as np
import pandas as pd
import petl
import pyexcel

body = "1_23,1,1_2\n12_3,2,12\n"
with open("rows.csv", "w") as file:
    file.write("group,x,label\n" + body)
seen = {
    "numpy": [tuple(row) for row in np.genfromtxt("rows.csv", delimiter=",", names=True, dtype=None, encoding="utf8").tolist()],
    "csv": [tuple(row) for row in csv.reader(io.StringIO(body), quoting=csv.QUOTE_NONNUMERIC)],
    "petl": [tuple(row) for row in petl.convertnumbers(petl.fromcsv("rows.csv"))][1:],
    "pyexcel": [tuple(row) for row in pyexcel.get_array(file_stream=io.StringIO(body), file_type="csv")],
    "pandas": [tuple(row) for row in pd.read_csv("rows.csv").astype(str).to_numpy().tolist()],
}
print(*seen.items(), sep="\n")
merged = [(123, 1, 12), (123, 2, 12)]
kept = seen["pandas"] == [("1_23", "1", "1_2"), ("12_3", "2", "12")]
sys.exit(int(not (kept and seen["numpy"] == seen["csv"] == seen["petl"] == merged and seen["pyexcel"] == [("1_23", 1, 12.0), (123.0, 2, 12)])))
END
