#!/usr/bin/env bash
# DuckDB 2.0.1: UPDATE of one row of a table, then SELECT without ORDER BY. The expectation: insertion order is preserved (the
# setting preserve_insertion_order is on), so the row stays where it is. What happens: that holds for scalar columns; setting
# a column of type FLOAT[2] or FLOAT[] deletes the row and appends it, so one re-embedded row moves to the end of the
# table and of every COPY … TO a file. Labels kept in a second file by row order are then shifted for all rows after it.
# Seen: scalar column [0, 1, 2, 3, 4, 5]; array and list column [0, 2, 3, 4, 5, 1].
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check duckdb==2.0.1 pyarrow==26.0.1
cd "$folder" && "$folder/venv/bin/python" - <<'END' || exit 1
import sys
import duckdb
import pyarrow.parquet as parquet

order = {}
for kind, value in (("FLOAT", "9"), ("FLOAT[2]", "[9, 9]"), ("FLOAT[]", "[9, 9]")):
    base = duckdb.connect()
    filled = "i" if kind == "FLOAT" else "[i, i]"
    base.execute(f"create table rows as select i, ({filled})::{kind} as x from range(6) r(i)")
    base.execute(f"update rows set x = {value} where i = 1")
    base.execute("copy rows to 'rows.parquet'")
    order[kind] = parquet.read_table("rows.parquet")["i"].to_pylist()
print(order)
moved = [0, 2, 3, 4, 5, 1]
sys.exit(int(order != {"FLOAT": list(range(6)), "FLOAT[2]": moved, "FLOAT[]": moved}))
END
