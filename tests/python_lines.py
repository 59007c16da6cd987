"""Runs every line of Python that the program's messages give against the library that writes such files.

Lines and situations are read from src/data/read/python.rs. For each, a file of that kind is written, the line is run as a
user would run it, and what it wrote is compared with what went in. Libraries that are not installed are skipped, and
named; a line without a case here is an error.

    python3 -m venv venv && venv/bin/pip install numpy pandas pyarrow scipy h5py ml_dtypes openpyxl joblib anndata zarr xarray fastavro liac-arff \
        deltalake pyiceberg[sql-sqlite] pylance vortex-data hdf5plugin tables pyreadr pyreadstat gensim faiss-cpu duckdb
    venv/bin/python tests/python_lines.py
"""

import importlib
import os
import pathlib
import pickle
import re
import sys
import tempfile

import numpy as np

SOURCE = pathlib.Path(__file__).parent.parent / "src/data/read/python.rs"
ROWS = np.arange(12, dtype=np.float32).reshape(4, 3) / 4 + 0.25
LABELS = ["cat", "dog", "cat", "owl"]
KEYS = ["a", "b", "c"]


def lines():
    """Name, situation and line of each record; a backslash at the end of a line of Rust joins it to the next."""
    text = SOURCE.read_text()
    string = r'"((?:[^"\\]|\\.)*)"'
    record = rf"const (\w+): Line =\s*\(\s*{string},\s*{string},?\s*\)"
    for name, situation, line in re.findall(record, text, re.S):
        joined = re.sub(r"\\\n\s*", "", line)
        yield name, situation, joined.replace('\\"', '"').replace("\\\\", "\\")


def frame(**columns):
    import pandas

    return pandas.DataFrame(columns)


def arrow(column, kind):
    import pyarrow

    return pyarrow.table({"NAME": pyarrow.array(column, kind)})


def parquet(column, kind):
    def write(path):
        import pyarrow.parquet

        pyarrow.parquet.write_table(arrow(column, kind()), path)

    return write


def map_type():
    import pyarrow

    return pyarrow.map_(pyarrow.string(), pyarrow.float32())


def pair_type():
    import pyarrow

    return pyarrow.list_(pyarrow.struct({"KEY": pyarrow.string(), "VALUE": pyarrow.float32()}))


def spark_type():
    import pyarrow

    whole = pyarrow.int32()
    fields = {"type": pyarrow.int8(), "size": whole, "indices": pyarrow.list_(whole)}
    return pyarrow.struct({**fields, "values": pyarrow.list_(pyarrow.float64())})


def spark_vectors():
    dense = {"type": 1, "size": None, "indices": None}
    vectors = [{**dense, "values": row.tolist()} for row in ROWS]
    # One of them is sparse, with an explicit zero.
    vectors[2] = {"type": 0, "size": 3, "indices": [0, 2], "values": [float(ROWS[2][0]), float(ROWS[2][2])]}
    return vectors


def with_zero():
    rows = ROWS.copy()
    rows[2, 1] = 0
    return rows


def objects(values):
    cells = np.empty(len(values), dtype=object)
    cells[:] = [np.asarray(v) if not isinstance(v, str) else v for v in values]
    return cells


def save_ml(name):
    def write(path):
        import ml_dtypes

        np.save(path, ROWS.astype(getattr(ml_dtypes, name)))

    return write


def savez_ml(name):
    def write(path):
        import ml_dtypes

        np.savez(path, NAME=ROWS.astype(getattr(ml_dtypes, name)))

    return write


def scipy_sparse(path):
    import scipy.sparse

    scipy.sparse.save_npz(path, scipy.sparse.csr_matrix(ROWS))


def records():
    return np.rec.fromarrays(ROWS.T, names=KEYS)


def vector_records():
    return np.array(list(zip(ROWS, LABELS)), dtype=[("KEY", "f4", (3,)), ("label", "U3")])


def decimals(values):
    import decimal

    return [decimal.Decimal(str(value)) for value in values]


def decimal_type():
    import pyarrow

    return pyarrow.decimal256(50, 4)


def list_of(kind):
    import pyarrow

    return pyarrow.list_(kind)


def one_column(column, stream):
    """An Arrow file or stream with one column."""

    def write(path):
        import pyarrow

        table = pyarrow.table({"NAME": column()})
        opened = pyarrow.ipc.new_stream if stream else pyarrow.ipc.new_file
        with opened(path, table.schema) as out:
            out.write_table(table)

    return write


def runs(stream):
    def column():
        import pyarrow.compute

        return pyarrow.compute.run_end_encode(pyarrow.array(LABELS))

    return one_column(column, stream)


def list_views(stream):
    def column():
        import pyarrow

        return pyarrow.array(ROWS.tolist(), pyarrow.list_view(pyarrow.float32()))

    return one_column(column, stream)


def dump(value):
    def write(path):
        with open(path, "wb") as file:
            pickle.dump(value, file)

    return write


def hdf5(turned):
    def write(path):
        import h5py

        with h5py.File(path, "w") as file:
            file["NAME"] = ROWS.T if turned else ROWS

    return write


def h5ad(path):
    import anndata

    cells = anndata.AnnData(np.zeros((4, 2), np.float32), obs=frame(NAME=LABELS))
    cells.obsm["NAME"] = ROWS
    cells.write_h5ad(path)


def hdf5_sparse(path):
    import h5py
    import scipy.sparse

    rows = scipy.sparse.csr_matrix(ROWS)
    with h5py.File(path, "w") as file:
        for part in ["data", "indices", "indptr"]:
            file[f"NAME/{part}"] = getattr(rows, part)


def ipc(stream):
    def write(path):
        import pyarrow

        table = pyarrow.table({f"f{j}": ROWS[:, j] for j in range(3)})
        opened = pyarrow.ipc.new_stream if stream else pyarrow.ipc.new_file
        with opened(path, table.schema) as out:
            out.write_table(table)

    return write


def json_documents(path):
    import json

    import pyarrow
    import pyarrow.parquet

    documents = [json.dumps(dict(zip(KEYS, row))) for row in ROWS.tolist()]
    column = pyarrow.ExtensionArray.from_storage(pyarrow.json_(pyarrow.string()), pyarrow.array(documents))
    pyarrow.parquet.write_table(pyarrow.table({"NAME": column}), path)


def brotli(path):
    import pyarrow.parquet

    pyarrow.parquet.write_table(pyarrow.table({f"f{j}": ROWS[:, j] for j in range(3)}), path, compression="brotli")


def avro(path):
    import fastavro

    vector = {"name": "embedding", "type": {"type": "array", "items": "float"}}
    fields = [{"name": "label", "type": "string"}, vector]
    rows = [{"label": label, "embedding": row} for label, row in zip(LABELS, ROWS.tolist())]
    with open(path, "wb") as file:
        fastavro.writer(file, {"type": "record", "name": "row", "fields": fields}, rows)


def arff_table(path):
    import arff

    attributes = [(key, "REAL") for key in KEYS]
    pathlib.Path(path).write_text(arff.dumps({"relation": "rows", "attributes": attributes, "data": ROWS.tolist()}))


def columns():
    import pyarrow

    return pyarrow.table({f"f{j}": ROWS[:, j] for j in range(3)})


def delta(path):
    import deltalake

    for mode in ["append", "overwrite"]:
        deltalake.write_deltalake(path, columns(), mode=mode)


def iceberg(path):
    """A table of two versions, with its newest description under the name that the line has for it."""
    from pyiceberg.catalog.sql import SqlCatalog

    folder = pathlib.Path(path).absolute()
    catalog = SqlCatalog("c", uri="sqlite:///:memory:", warehouse=folder.as_uri())
    catalog.create_namespace("n")
    table = catalog.create_table("n.t", schema=columns().schema)
    table.append(columns())
    table.overwrite(columns())
    newest = max(folder.rglob("*.metadata.json"), key=lambda file: file.name)
    (folder / "metadata").mkdir()
    (folder / "metadata/NAME.metadata.json").write_bytes(newest.read_bytes())


def lance_dataset(path):
    import lance

    lance.write_dataset(columns(), path)


def vortex_file(path):
    import vortex

    vortex.io.write(columns(), path)


def hdf5_packed(path):
    import h5py
    import hdf5plugin

    with h5py.File(path, "w") as file:
        file.create_dataset("NAME", data=ROWS, compression=hdf5plugin.Zstd())


def pandas_hdf5(layout):
    def write(path):
        frame(f0=ROWS[:, 0], f1=ROWS[:, 1], f2=ROWS[:, 2]).to_hdf(path, key="NAME", format=layout)

    return write


def zarr_array(path):
    import zarr

    zarr.save(path, ROWS)


def zarr_cells(path):
    import anndata

    anndata.AnnData(np.zeros((4, 2), np.float32), obsm={"NAME": ROWS}).write_zarr(path)


def json_vectors(path):
    import json

    pathlib.Path(path).write_text(json.dumps(dict(zip(["a", "b", "c", "d"], ROWS.tolist()))))


def netcdf(path):
    import xarray

    xarray.Dataset({"NAME": (("row", "column"), ROWS)}).to_netcdf(path, format="NETCDF3_64BIT", engine="scipy")


def matrix_market(sparse):
    def write(path):
        import scipy.io
        import scipy.sparse

        scipy.io.mmwrite(path, scipy.sparse.coo_array(ROWS) if sparse else ROWS)

    return write


def sqlite(path):
    import sqlite3

    with sqlite3.connect(path) as base:
        letters().to_sql("NAME", base, index=False)


def duckdb_base(path):
    import duckdb

    rows = letters()  # noqa: F841, named in the statement
    with duckdb.connect(path) as base:
        base.sql("CREATE TABLE NAME AS SELECT * FROM rows")


def variant(path):
    import duckdb

    values = ", ".join(f"({row}::FLOAT[]::VARIANT)" for row in ROWS.tolist())
    duckdb.sql(f"COPY (SELECT col0 AS NAME FROM (VALUES {values})) TO '{path}'")


def words(way):
    def write(path):
        from gensim.models import KeyedVectors, fasttext

        vectors = KeyedVectors(3)
        vectors.add_vectors(["a", "b", "c", "d"], ROWS)
        if way == "fasttext":
            model = fasttext.FastText(vector_size=3, min_count=1, min_n=1, max_n=0)
            model.build_vocab([list("aaaabbbccd")])
            model.wv.vectors_vocab[:] = ROWS
            fasttext.save_facebook_model(model, path)
        elif way == "word2vec":
            vectors.save_word2vec_format(path, binary=True)
        else:
            vectors.save(path)

    return write


def faiss_index(path):
    import faiss

    index = faiss.IndexFlatL2(3)
    index.add(ROWS)
    faiss.write_index(index, path)


def sas(path):
    import pyreadstat

    pyreadstat.write_xport(letters(), path)


def lance_file(path):
    from lance.file import LanceFileWriter

    with LanceFileWriter(path, columns().schema) as out:
        out.write_batch(columns())


def lists_of_hdf5(path):
    import h5py

    with h5py.File(path, "w") as file:
        lists = file.create_dataset("NAME", 4, h5py.vlen_dtype("f4"))
        for i, row in enumerate(ROWS):
            lists[i] = row


def zarr_group(path):
    import zarr

    zarr.save_group(path, NAME=ROWS)


def stata(path):
    frame(f0=ROWS[:, 0], f1=ROWS[:, 1], f2=ROWS[:, 2]).to_stata(path, write_index=False)


def letters():
    return frame(a=ROWS[:, 0], b=ROWS[:, 1], c=ROWS[:, 2])


def spss(path):
    import pyreadstat

    pyreadstat.write_sav(letters(), path)


def r_data(writer):
    def write(path):
        import pyreadr

        getattr(pyreadr, writer)(path, letters())

    return write


def decimal_commas(path):
    frame(f0=ROWS[:, 0], f1=ROWS[:, 1], f2=ROWS[:, 2]).to_csv(path, sep=";", decimal=",", index=False)


def json_frame(orient):
    def write(path):
        import pandas

        pandas.DataFrame(ROWS).to_json(path, orient=orient)

    return write


def packed(kind, base64):
    """A column of vectors as bytes or in base64."""

    def write(path):
        from base64 import b64encode

        cells = [b64encode(row.tobytes()).decode() if base64 else row.tobytes() for row in ROWS]
        table = frame(NAME=cells)
        if kind == "jsonl":
            table.to_json(path, orient="records", lines=True)
        elif kind == "csv":
            table.to_csv(path, index=False)
        elif kind == "feather":
            table.to_feather(path)
        else:
            table.to_parquet(path)

    return write


def feather_v1(path):
    import pyarrow.feather

    pyarrow.feather.write_feather(pyarrow.table({f"f{j}": ROWS[:, j] for j in range(3)}), path, version=1)


def torch_tensor(values):
    def write(path):
        import torch

        torch.save(torch.tensor(values), path)

    return write


def matlab(path):
    import scipy.io

    scipy.io.savemat(path, {"NAME": ROWS})


def joblib_dump(path):
    import joblib

    joblib.dump(ROWS, path)


def spreadsheet(path):
    frame(f0=ROWS[:, 0], f1=ROWS[:, 1], f2=ROWS[:, 2]).to_excel(path, index=False)


def pandas_pickle(path):
    frame(f0=ROWS[:, 0], f1=ROWS[:, 1], f2=ROWS[:, 2]).to_pickle(path)


# Name of a line → (name of the file, what writes it, what must come out) for each file that it is given for.
CASES = {
    "OBJECTS": [("x.npy", lambda path: np.save(path, objects(ROWS), allow_pickle=True), ROWS)],
    "OBJECT_LABELS": [("y.npy", lambda path: np.save(path, objects(LABELS), allow_pickle=True), LABELS)],
    "NPZ_OBJECTS": [("x.npz", lambda path: np.savez(path, NAME=objects(ROWS)), ROWS)],
    "NPZ_OBJECT_LABELS": [("y.npz", lambda path: np.savez(path, NAME=objects(LABELS)), LABELS)],
    "SCIPY_SPARSE": [("x.npz", scipy_sparse, ROWS)],
    "RECORDS": [("x.npy", lambda path: np.save(path, records()), ROWS)],
    "NPZ_RECORDS": [("x.npz", lambda path: np.savez(path, NAME=records()), ROWS)],
    "RECORD_VECTORS": [("x.npy", lambda path: np.save(path, vector_records()), ROWS)],
    "NPZ_RECORD_VECTORS": [("x.npz", lambda path: np.savez(path, NAME=vector_records()), ROWS)],
    "COMPLEX": [("x.npy", lambda path: np.save(path, ROWS + 2j * ROWS), np.hstack([ROWS, 2 * ROWS]))],
    "NPZ_COMPLEX": [("x.npz", lambda path: np.savez(path, NAME=ROWS + 2j * ROWS), np.hstack([ROWS, 2 * ROWS]))],
    "DUMPED": [("x.npy", ROWS.dump, ROWS), ("m.npy", np.ma.masked_less(ROWS, 0).dump, ROWS)],
    "LONG_DOUBLES": [("x.npy", lambda path: np.save(path, ROWS.astype(np.longdouble)), ROWS)],
    "NPZ_LONG_DOUBLES": [("x.npz", lambda path: np.savez(path, NAME=ROWS.astype(np.longdouble)), ROWS)],
    "NPZ_BFLOAT16": [("x.npz", savez_ml("bfloat16"), ROWS)],
    "NPZ_FLOAT8": [("x.npz", savez_ml("float8_e4m3fn"), ROWS)],
    "PARQUET_DECIMALS": [
        ("x.parquet", parquet(decimals(ROWS[:, 0]), decimal_type), ROWS[:, 0]),
        ("v.parquet", parquet([decimals(row) for row in ROWS], lambda: list_of(decimal_type())), ROWS),
    ],
    "ARROW_VALUES": [("x.arrow", runs(stream=False), LABELS), ("v.arrow", list_views(stream=False), ROWS)],
    "ARROW_STREAM_VALUES": [("x.arrows", runs(stream=True), LABELS), ("v.arrows", list_views(stream=True), ROWS)],
    "BFLOAT16": [("x.npy", save_ml("bfloat16"), ROWS)],
    "FLOAT8": [("x.npy", save_ml("float8_e4m3fn"), ROWS)],
    "PARQUET_MAP": [("x.parquet", parquet([dict(zip(KEYS, row)) for row in ROWS.tolist()], map_type), ROWS)],
    "PARQUET_PAIRS": [
        (
            "x.parquet",
            parquet([[{"KEY": k, "VALUE": v} for k, v in zip(KEYS, row)] for row in ROWS.tolist()], pair_type),
            ROWS,
        )
    ],
    "DELTA": [("table", delta, ROWS)],
    "ICEBERG": [("table", iceberg, ROWS)],
    "LANCE_FILE": [("x.lance", lance_file, ROWS)],
    "LANCE": [("x.lance", lance_dataset, ROWS)],
    "VORTEX": [("x.vortex", vortex_file, ROWS)],
    "HDF5_PACKED": [("x.h5", hdf5_packed, ROWS)],
    "HDF5_PANDAS": [("x.h5", pandas_hdf5("table"), ROWS), ("f.h5", pandas_hdf5("fixed"), ROWS)],
    "ZARR": [("x.zarr", zarr_array, ROWS)],
    "ZARR_GROUP": [("x.zarr", zarr_group, ROWS)],
    "ZARR_CELLS": [("x.zarr", zarr_cells, ROWS)],
    "NETCDF": [("x.nc", netcdf, ROWS)],
    "AVRO": [("x.avro", avro, ROWS)],
    "ARFF": [("x.arff", arff_table, ROWS)],
    "MATRIX_MARKET": [("d.mtx", matrix_market(sparse=False), ROWS), ("s.mtx", matrix_market(sparse=True), ROWS)],
    "STATA": [("x.dta", stata, ROWS)],
    "ORC": [("x.orc", lambda path: letters().to_orc(path), ROWS)],
    "SPSS": [("x.sav", spss, ROWS)],
    "SAS": [("x.xpt", sas, ROWS)],
    "SQLITE": [("x.db", sqlite, ROWS)],
    "DUCKDB": [("x.duckdb", duckdb_base, ROWS)],
    "PARQUET_VARIANT": [("x.parquet", variant, ROWS)],
    "GENSIM": [("x.kv", words("gensim"), ROWS)],
    "WORD2VEC": [("x.bin", words("word2vec"), ROWS)],
    "FASTTEXT": [("x.bin", words("fasttext"), ROWS)],
    "FAISS": [("x.index", faiss_index, ROWS)],
    "R_DATA": [("x.rds", r_data("write_rds"), ROWS), ("x.rda", r_data("write_rdata"), ROWS)],
    "DECIMAL_COMMAS": [("x.csv", decimal_commas, ROWS)],
    "JSON_ROWS": [("x.json", json_vectors, ROWS), ("f.json", json_frame("index"), ROWS)],
    "JSON_COLUMNS": [("x.json", json_frame("columns"), ROWS)],
    "JSON_LISTS": [("x.json", json_vectors, ROWS)],
    "BASE64_LINES": [("x.jsonl", packed("jsonl", base64=True), ROWS)],
    "BASE64_TABLE": [("x.csv", packed("csv", base64=True), ROWS)],
    "BASE64_PARQUET": [("x.parquet", packed("parquet", base64=True), ROWS)],
    "BYTES_PARQUET": [("x.parquet", packed("parquet", base64=False), ROWS)],
    "BYTES_FEATHER": [("x.feather", packed("feather", base64=False), ROWS)],
    "PARQUET_CODEC": [("x.parquet", brotli, ROWS)],
    "PARQUET_JSON": [("x.parquet", json_documents, ROWS)],
    "FEATHER_V1": [("x.feather", feather_v1, ROWS)],
    "SPARK_VECTORS": [("x.parquet", parquet(spark_vectors(), spark_type), with_zero())],
    "TORCH": [("x.pt", torch_tensor(ROWS), ROWS)],
    "TORCH_LABELS": [("y.pt", torch_tensor([2, 0, 2, 1]), np.array([2, 0, 2, 1]))],
    "MATLAB": [("x.mat", matlab, ROWS)],
    "MATLAB_HDF5": [("x.mat", hdf5(turned=True), ROWS)],
    "PICKLED_FRAME": [
        ("x.pkl", pandas_pickle, ROWS),
        ("s.pkl", lambda path: frame(f0=ROWS[:, 0])["f0"].to_pickle(path), ROWS[:, :1]),
    ],
    "PICKLE": [("x.pkl", dump(ROWS), ROWS), ("l.pkl", dump(ROWS.tolist()), ROWS), ("y.pkl", dump(LABELS), LABELS)],
    "JOBLIB": [("x.joblib", joblib_dump, ROWS)],
    "SPREADSHEET": [("x.xlsx", spreadsheet, ROWS)],
    "HDF5": [("x.h5", hdf5(turned=False), ROWS), ("v.h5", lists_of_hdf5, ROWS)],
    "HDF5_SPARSE": [("x.h5", hdf5_sparse, ROWS)],
    "H5AD": [("x.h5ad", h5ad, ROWS)],
    "H5AD_LABELS": [("x.h5ad", h5ad, LABELS)],
    "ARROW_FILE": [("x.feather", ipc(stream=False), ROWS)],
    "ARROW_STREAM": [("x.arrow", ipc(stream=True), ROWS)],
}


def written(folder, before):
    """What the line wrote, as an array or a list of texts."""
    (path,) = sorted(set(folder.iterdir()) - before)
    if path.suffix == ".npy":
        return np.load(path)
    if path.suffix == ".txt":
        # Vectors of words, below their number.
        return np.loadtxt(path, dtype=str, skiprows=1)[:, 1:].astype(np.float32)
    if path.suffix == ".h5ad":
        import anndata

        return anndata.read_h5ad(path).obsm["NAME"]
    import pandas

    table = pandas.read_parquet(path) if path.suffix == ".parquet" else pandas.read_csv(path)
    # A column of vectors has arrays; identifiers may precede it.
    return np.stack(table.iloc[:, -1]) if isinstance(table.iat[0, -1], np.ndarray) else table.to_numpy()


def run(line, file, write, expected):
    """None, or what is wrong."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        os.chdir(folder)
        write(file)
        before = set(folder.iterdir())
        code = line.replace("FILE", file).replace("OUT", "out")
        modules = {}
        # Imports every dotted name as deep as possible.
        for dotted in set(re.findall(r"\b[a-z_]\w*(?:\.\w+)+", re.sub(r"'[^']*'", "", code))):
            parts = dotted.split(".")
            for end in range(1, len(parts)):
                try:
                    importlib.import_module(".".join(parts[:end]))
                    modules[parts[0]] = sys.modules[parts[0]]
                except ImportError:
                    break
        try:
            exec(code, modules)
            found = written(folder, before)
            same = np.asarray(found).ravel().tolist() == np.asarray(expected).ravel().tolist()
            shape = isinstance(expected, list) or np.asarray(found).shape == np.asarray(expected).shape
            return None if same and shape else f"wrote {found!r}"
        except Exception as error:  # noqa: BLE001
            return f"{type(error).__name__}: {error}"
        finally:
            os.chdir("/")


def main():
    passed, failed, skipped = 0, 0, 0
    for name, situation, line in lines():
        if name not in CASES:
            print(f"{name}: no case for it here ({situation})")
            failed += 1
        for file, write, expected in CASES.get(name, []):
            try:
                wrong = run(line, file, write, expected)
            except ImportError as error:
                print(f"{name} on {file}: skipped, {error}")
                skipped += 1
                continue
            if wrong:
                print(f"{name} on {file}: {wrong}\n    {line}")
                failed += 1
            else:
                passed += 1
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return int(failed > 0 or passed == 0)


if __name__ == "__main__":
    sys.exit(main())
