#!/usr/bin/env bash
# dask 2026.8.0, to_parquet of 120 rows in 12 partitions, read by pandas 3.1.1, pyarrow 26.0.1, polars 2.1.0 and DuckDB 2.0.1. The
# expectation: the rows in the order of the frame, as dask's own read_parquet gives them, and as its to_csv does, which pads its names (00.part to
# 11.part), as writers of shards do; labels in a second file by row order then still fit. What happens: parts of Parquet are named
# part.0 to part.11 without padding; dask sorts them by number, all four others by letters, so part.10 and part.11 come before part.2: up to
# 10 partitions every reader agrees, from 11 on 100 of 120 rows stand elsewhere, the shape is the same, and nothing is said. A small trial does
# not show it. Sorting by the index, which pandas restores, mends it; name_function pads the names.
# Seen: first rows of each ten 0, 10, 100, 110, 20, … in all four; 0, 10, 20, … in dask, and in all with ten partitions.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
  "dask[dataframe]==2026.8.0" pandas==3.1.1 pyarrow==26.0.1 polars==2.1.0 duckdb==2.0.1
cd "$folder" && venv/bin/python - <<'END' || exit 1
import sys
import dask.dataframe
import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as parquet

frame, orders = pd.DataFrame({"row": range(120)}), {}
for parts in (10, 12):
    name = f"rows{parts}"
    dask.dataframe.from_pandas(frame, npartitions=parts).to_parquet(name)
    orders[parts] = {
        "dask": dask.dataframe.read_parquet(name).compute()["row"].tolist(), "pandas": pd.read_parquet(name)["row"].tolist(),
        "pyarrow": parquet.read_table(name)["row"].to_pylist(), "polars": pl.read_parquet(f"{name}/*.parquet")["row"].to_list(),
        "duckdb": [row for row, in duckdb.sql(f"select row from '{name}/*.parquet'").fetchall()]}
right = list(range(120))
moved = [*range(20), *range(100, 120), *range(20, 100)]
print({who: rows[::10] for who, rows in orders[12].items()})
agree = all(rows == right for rows in orders[10].values()) and orders[12].pop("dask") == right
sys.exit(int(not (agree and all(rows == moved for rows in orders[12].values()))))
END
