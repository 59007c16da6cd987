#!/usr/bin/env bash
# Miller 6 (6.6.0 of Debian 12), mlr --icsv --ojsonl, the usual way from CSV to JSON lines at a terminal. The expectation: what it
# takes for a number is written as JSON writes numbers, the rest as text, so that any reader takes the file. What happens:
# a number keeps the spelling it had, so .5 and 5. (as Fortran, awk and several statistics programs print features) and a class
# name 0x1F stand bare in the file, which is no JSON: readers refuse the row. 007 is a text and keeps its zeros, but 1e3 is bare
# and so 1000.0 for the next reader. A "+5" is a text, so that one column holds numbers and texts.
# Seen: .5, 5. and 0x1F bare, refused by Python's json; {"label": "007"}; {"label": 1e3}, read as 1000.0; {"x": "+5"}.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download miller=6.6.0-2+b3 >log 2>&1
dpkg -x miller_*.deb .
usr/bin/mlr --version
printf 'x,label\n0.5,cat\n.5,cat\n5.,cat\n1,0x1F\n1,007\n1,1e3\n+5,cat\n' >rows.csv
usr/bin/mlr --icsv --ojsonl cat rows.csv | tee rows.jsonl
python3 - <<'END' || exit 1
import json
import sys

read = []
for line in open("rows.jsonl"):
    try:
        read.append(tuple(json.loads(line).values()))
    except json.JSONDecodeError as error:
        read.append(None)
print(read)
sys.exit(int(read != [(0.5, "cat"), None, None, None, (1, "007"), (1, 1000.0), ("+5", "cat")]))
END
