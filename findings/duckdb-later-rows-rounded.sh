#!/usr/bin/env bash
# DuckDB 2.0.1, read_csv and read_json of 25 001 rows; a feature (and in JSON a vector) is a whole number in all rows but the last,
# which has 0.7 and [0.7, 2.9]. The expectation: DOUBLE, or an error that names the row, as a text there gives. What happens:
# the types are those of the first 20 480 rows, BIGINT and BIGINT[], and later numbers are rounded to fit: 0.7 becomes 1 and
# [0.7, 2.9] becomes [1, 3], without an error. sample_size=-1 reads all rows. Reported for CSV in issue 25824 of duckdb.
# Seen: CSV 1; JSON 1 and [1, 3]; with sample_size=-1 0.7, and 0.7 and [0.7, 2.9].
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check duckdb==2.0.1
cd "$folder" && "$folder/venv/bin/python" - <<'END' || exit 1
import sys
import duckdb

with open("rows.jsonl", "w") as lines, open("rows.csv", "w") as table:
    lines.writelines(f'{{"i": {i}, "x": {i % 3}, "v": [{i % 2}, 1]}}\n' for i in range(25_000))
    lines.write('{"i": 25000, "x": 0.7, "v": [0.7, 2.9]}\n')
    table.write("i,x\n" + "".join(f"{i},{i % 3}\n" for i in range(25_000)) + "25000,0.7\n")
seen = []
for told in ("", ", sample_size=-1"):
    seen += duckdb.sql(f"select x from read_csv('rows.csv'{told}) where i = 25000").fetchall()
    seen += duckdb.sql(f"select x, v from read_json('rows.jsonl'{told}) where i = 25000").fetchall()
print(seen)
sys.exit(int(seen != [(1,), (1, [1, 3]), (0.7,), (0.7, [0.7, 2.9])]))
END
