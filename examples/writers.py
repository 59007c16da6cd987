"""Writes tests/data/writers: 24 rows as current libraries save them, for the table in examples/writers.md.

    python3 -m venv venv
    venv/bin/pip install numpy==2.5.5 pandas==3.1.1 pyarrow==26.0.1 polars==2.1.0 duckdb==2.0.1 ml_dtypes==0.6.0 \
        scikit-learn==1.9.1 daft==0.7.26 safetensors==0.8.0 xarray==2026.9.0 h5netcdf scipy datasets==5.2.0 deltalake==1.6.6 \
        pylance==14.0.2 vortex-data==0.93.0 zarr==3.4.2 anndata==0.13.4 liac-arff==2.5.0
    venv/bin/python examples/writers.py

Rscript (4.2.2) and mlr (6.6.0) are Debian 12's r-base-core and miller; node finds npyjs 1.2.0 in node_modules of the current
folder.

Every number is a multiple of 1/4 below 32, which decimals, half floats and bfloat16 represent exactly.
"""

import pathlib
import shutil
import subprocess

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


def tables_with_versions():
    """Two versions of one table; the first has other rows."""
    import deltalake
    import lance

    columns = pa.table({"embedding": pa.array(ROWS.tolist(), pa.list_(pa.float32()))})
    for table in [columns.slice(3), columns]:
        deltalake.write_deltalake(OUT / "delta", table, mode="overwrite")
        lance.write_dataset(table, OUT / "rows.lance", mode="overwrite")


def stores():
    import anndata
    import datasets
    import zarr

    zarr.save(OUT / "array.zarr", ROWS)
    zarr.save_group(OUT / "group.zarr", rows=ROWS)
    cells = OUT / "cells.zarr"
    anndata.AnnData(obsm={"X_pca": ROWS}, obs=pd.DataFrame(index=[f"c{i}" for i in range(24)])).write_zarr(cells)
    # The refusal reads the descriptions alone.
    for path in cells.rglob("*"):
        if path.is_file() and path.relative_to(cells).as_posix() not in {"zarr.json", "obs/zarr.json"}:
            path.unlink()
    rows = datasets.Dataset.from_dict({"embedding": ROWS.tolist(), "label": LABELS})
    kind = datasets.Features({"embedding": datasets.Array2D((2, 2), "float32")})
    squares = datasets.Dataset.from_dict({"embedding": ROWS.reshape(24, 2, 2)}, features=kind)
    squares.to_json(OUT / "datasets_array2d.jsonl")
    parts = datasets.DatasetDict(train=rows.select(range(12)), test=rows.select(range(12, 24)))
    parts.save_to_disk(OUT / "parts")


def other_formats():
    import arff
    import vortex

    columns = pa.table({"embedding": pa.array(ROWS.tolist(), pa.list_(pa.float32())), "label": LABELS})
    vortex.io.write(columns, str(OUT / "rows.vortex"))
    pl.from_arrow(columns).write_avro(OUT / "polars.avro")
    sparse = [{**{j: v for j, v in enumerate(row) if v > 9}, 4: label} for row, label in zip(ROWS.tolist(), LABELS)]
    attributes = [(name, "REAL") for name in "abcd"] + [("label", ["ash", "owl"])]
    (OUT / "sparse.arff").write_text(arff.dumps({"relation": "rows", "attributes": attributes, "data": sparse}))


def json_of_frames():
    frame = pd.DataFrame(ROWS)
    frame.to_json(OUT / "pandas_columns.json")
    frame.to_json(OUT / "pandas_index.json", orient="index")
    shuffled = pd.DataFrame(ROWS, columns=list("abcd")).sample(frac=1, random_state=1)
    shuffled.to_json(OUT / "pandas_shuffled.json")
    shuffled.to_parquet(OUT / "pandas_shuffled.parquet")


def commands():
    """Files of R, of Miller and of npyjs."""
    rows, labels = OUT / "savetxt_names.txt", OUT / "labels.txt"
    code = f"""x <- as.matrix(read.table("{rows}")); dimnames(x) <- NULL; write.table(x, "{OUT}/r_table.txt")
    l <- readLines("{labels}"); l[5] <- NA; write.csv(data.frame(label = l), "{OUT}/r_labels.csv")"""
    subprocess.run(["Rscript", "-e", code], check=True)
    table = "a,b,class\n.5,5.,0x1F\n1.5,2.,0x1F\n"
    found = subprocess.run(["mlr", "--icsv", "--ojsonl", "cat"], input=table, capture_output=True, text=True, check=True)
    (OUT / "miller.jsonl").write_text(found.stdout)
    script = f"""const {{ dump }} = require('npyjs'); const {{ writeFileSync }} = require('fs')
    const rows = {ROWS.tolist()}
    writeFileSync('{OUT}/npyjs_nested.npy', Buffer.from(dump(rows)))
    writeFileSync('{OUT}/npyjs_flat.npy', Buffer.from(dump(Float32Array.from(rows.flat()), [24, 4])))"""
    subprocess.run(["node", "-e", script], check=True)


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

    duck(f"COPY (SELECT col0::FLOAT[]::VARIANT AS embedding FROM (VALUES {literals})) TO 'OUT/duckdb_variant.parquet'")
    points = ", ".join(f"({row[0]}, {row[1]}, 'POINT({row[2]} {row[3]})'::GEOMETRY)" for row in lists)
    duck(f"COPY (FROM (VALUES {points}) AS t(a, b, place)) TO 'OUT/duckdb_geometry.parquet'")
    whole = pl.DataFrame({"a": ROWS[:, 0], "b": (ROWS[:, 1] * 4).astype(int)}, schema_overrides={"b": pl.Int128})
    whole.write_ipc(OUT / "polars_int128.arrow")
    columns = pa.table({name: ROWS[:, j] for j, name in enumerate("abcd")})
    pq.write_table(columns, OUT / "pyarrow_checksums.parquet", write_page_checksum=True, compression="none", use_dictionary=False)
    dataset.emb.encoding = {"dtype": "i2", "scale_factor": 0.25, "_FillValue": -9}
    dataset[["emb"]].to_netcdf(OUT / "xarray_packed.nc", engine="h5netcdf")
    # The numbers under the mask are kept beside it.
    masked = np.ma.masked_less(ROWS, 1)
    np.savez(OUT / "numpy_masked.npz", data=masked.data, mask=masked.mask)
    masked.dump(OUT / "numpy_masked.npy")
    tables_with_versions()
    stores()
    other_formats()
    json_of_frames()
    commands()


if __name__ == "__main__":
    main()
