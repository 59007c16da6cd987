"""Writes tests/data/writers: 24 rows as current libraries save them, for the table in examples/writers.md.

    python3 -m venv venv
    venv/bin/pip install numpy==2.5.5 pandas==3.1.1 pyarrow==26.0.1 polars==2.1.0 duckdb==2.0.1 ml_dtypes==0.6.0 \
        scikit-learn==1.9.1 daft==0.7.26 safetensors==0.8.0 xarray==2026.9.0 h5netcdf scipy
    venv/bin/python examples/writers.py

Every number is a multiple of 1/4 below 32, which decimals, half floats and bfloat16 represent exactly.
"""

import pathlib
import shutil

import duckdb
import ml_dtypes
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import xarray
from safetensors.numpy import save_file
from sklearn.datasets import dump_svmlight_file

OUT = pathlib.Path(__file__).parent.parent / "tests/data/writers"
ROWS = (np.random.default_rng(11).integers(1, 120, (24, 4)) / 4).astype(np.float32)
LABELS = 2 * ["ash", "owl", "owl", "ash", "owl", "ash", "ash", "owl", "ash", "owl", "owl", "ash"]


def duck(sql, frame=None):
    if frame is not None:
        duckdb.register("frame", frame.to_arrow())
    duckdb.sql(sql.replace("OUT", str(OUT)))


def daft_vectors():
    import daft

    folder = OUT / "daft"
    daft.from_pydict({"embedding": list(ROWS)}).write_parquet(str(folder))
    next(folder.glob("*.parquet")).rename(OUT / "daft_vectors.parquet")
    shutil.rmtree(folder)


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    lists = ROWS.tolist()
    np.save(OUT / "rows.npy", ROWS)
    (OUT / "labels.txt").write_text("\n".join(LABELS) + "\n")

    # DuckDB reads a list of literals as decimals.
    literals = ", ".join(f"({row})" for row in lists)
    duck(f"COPY (SELECT col0 AS embedding FROM (VALUES {literals})) TO 'OUT/duckdb_literals.parquet'")
    missing = [None if i == 4 else label for i, label in enumerate(LABELS)]
    pl.DataFrame({"label": missing}).write_csv(OUT / "polars_missing_label.csv")
    duck("COPY frame TO 'OUT/duckdb_missing_label.csv'", pl.DataFrame({"label": missing}))
    with_nan = [[float("nan"), *row[1:]] if i == 4 else row for i, row in enumerate(lists)]
    duck("COPY frame TO 'OUT/duckdb_nan.jsonl' (FORMAT json)", pl.DataFrame({"embedding": with_nan}))

    # numpy abbreviates arrays of more than 1000 numbers, and pandas prints cells as numpy does.
    long = [np.tile(row, 300) for row in ROWS]
    pd.DataFrame({"embedding": long}).to_csv(OUT / "pandas_long_vectors.csv", index=False)
    pd.DataFrame({"embedding": lists}).to_csv(OUT / "pandas_lists.csv", index=False)
    pd.DataFrame({"embedding": [row.astype(np.float16) for row in ROWS]}).to_parquet(OUT / "pandas_half.parquet")
    pl.DataFrame({"embedding": ROWS.astype(np.float16)}).write_parquet(OUT / "polars_half.parquet")
    large = pl.DataFrame((ROWS * 4).astype(np.uint32) + np.uint32(2**31 + 2**30))
    large.write_parquet(OUT / "polars_unsigned.parquet")
    tensor = pa.fixed_shape_tensor(pa.float32(), [2, 2])
    column = pa.ExtensionArray.from_storage(tensor, pa.array(lists, pa.list_(pa.float32(), 4)))
    pq.write_table(pa.table({"embedding": column}), OUT / "pyarrow_tensor.parquet")
    daft_vectors()

    # One folder per label: polars also keeps the label in the files, pyarrow only in the name of the folder.
    codes = {"ash": "007", "owl": "012"}
    table = pl.DataFrame({"embedding": ROWS, "label": [codes[label] for label in LABELS]})
    table.write_parquet(pl.PartitionBy(OUT / "polars_folder", key="label", include_key=True), mkdir=True)
    pq.write_to_dataset(table.to_arrow(), OUT / "pyarrow_folder", partition_cols=["label"], basename_template="{i}.parquet")

    column = pa.array(lists, pa.list_(pa.float32()))
    pq.write_table(pa.table({"embedding": column}), OUT / "pyarrow_brotli.parquet", compression="brotli")

    # Ten decimals whatever the size, bytes without a type, and a buffer under the shape of its view.
    small = pd.DataFrame({"embedding": (ROWS.astype(float) * 1e-11).tolist()})
    small.to_json(OUT / "pandas_ten_decimals.jsonl", orient="records", lines=True)
    pd.DataFrame({"embedding": [row.tobytes() for row in ROWS]}).to_parquet(OUT / "pandas_bytes.parquet")
    save_file({"weight": np.asfortranarray(ROWS)}, OUT / "safetensors_view.safetensors")
    np.savetxt(OUT / "savetxt_names.txt", ROWS, fmt="%g", header="a b c d")
    np.savetxt(OUT / "savetxt_comments.txt", ROWS, fmt="%g", header="made on a day\nby a model")
    dataset = xarray.Dataset({"emb": (("row", "dim"), ROWS), "label": ("row", LABELS)})
    dataset.to_netcdf(OUT / "xarray.nc", engine="h5netcdf")
    dataset[["emb"]].to_netcdf(OUT / "xarray_classic.nc", format="NETCDF3_64BIT", engine="scipy")

    np.save(OUT / "float8_e5m2.npy", ROWS.astype(ml_dtypes.float8_e5m2))
    np.save(OUT / "bfloat16.npy", ROWS.astype(ml_dtypes.bfloat16))
    dump_svmlight_file(ROWS, [label == "owl" for label in LABELS], str(OUT / "sklearn.svm"))


if __name__ == "__main__":
    main()
