#!/usr/bin/env bash
# datasets 5.2.0, Dataset.to_json of a column of type Array2D, four rows of 2×3 numbers with a label each. The expectation: four lines, each with two lists of three
# numbers and its label, as to_csv writes four rows, or a refusal. What happens: two lines, without a message: the number of rows is divided by the
# height of the arrays, each line has one number (the first of an inner list of the first row) and the label of another row. Rows three and four and their labels
# are not in the file. The column is one number a row, so a reader has features of one dimension beside labels that were not theirs.
# Seen: {"e":0.0,"label":"a"} and {"e":3.0,"label":"b"}; to_csv: 4 rows
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check datasets==5.2.0 numpy==2.4.6
cd "$folder"
HF_HOME=$folder HF_HUB_OFFLINE=1 "$folder/venv/bin/python" - <<'END' || exit 1
import json
import sys
import datasets
import numpy as np

datasets.disable_progress_bars()
rows = np.arange(24, dtype="f4").reshape(4, 2, 3)
kinds = datasets.Features({"e": datasets.Array2D((2, 3), "float32"), "label": datasets.Value("string")})
made = datasets.Dataset.from_dict({"e": rows, "label": list("abcd")}, features=kinds)
made.to_json("rows.jsonl")
made.to_csv("rows.csv")
lines = [json.loads(line) for line in open("rows.jsonl")]
print(*lines, sep="\n")
whole = len(datasets.Dataset.from_csv("rows.csv"))
print("to_csv:", whole, "rows; in memory:", len(made))
sys.exit(int(not (len(lines) == 2 and not isinstance(lines[0]["e"], list) and whole == 4)))
END
