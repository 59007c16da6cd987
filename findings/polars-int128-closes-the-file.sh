#!/usr/bin/env bash
# polars 2.1.0 writes a Parquet file with a column of features and a column of row numbers of type Int128, which its sums of whole numbers can have; pyarrow 26.0.1
# reads the features alone. The expectation: a reader that is asked for one column of floats gets it, and only the other is refused. What happens: the schema
# stored in the file names an integer of 128 bits, and pyarrow refuses the whole file, whichever columns are asked for, so do pandas and datasets, which read by
# it. DuckDB 2.0.1 reads the file, and gives the whole numbers as 16 bytes each, a BLOB, without a message: a join by them finds nothing.
# Seen: ArrowNotImplementedError for columns=["a"]; DuckDB: BLOB
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check polars==2.1.0 pyarrow==26.0.1 duckdb==2.0.1
cd "$folder"
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import duckdb
import polars as pl
import pyarrow.parquet as pq

rows = {"a": [1.5, 2.5], "b": [1, 2]}
pl.DataFrame(rows).write_parquet("small.parquet")
pl.DataFrame(rows, schema_overrides={"b": pl.Int128}).write_parquet("wide.parquet")
small = pq.read_table("small.parquet", columns=["a"])["a"].to_pylist()
try:
    wide = pq.read_table("wide.parquet", columns=["a"])["a"].to_pylist()
except Exception as error:
    wide = type(error).__name__
kind = duckdb.sql("SELECT DISTINCT typeof(b) FROM 'wide.parquet'").fetchall()[0][0]
print("64 bits:", small, "128 bits:", wide, "duckdb:", kind)
sys.exit(int(not (small == [1.5, 2.5] and wide == "ArrowNotImplementedError" and kind == "BLOB")))
END
