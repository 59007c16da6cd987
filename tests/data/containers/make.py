"""Writes the Arrow and HDF5 files beside this script: 40 rows in columns of every type that matters.

    python3 -m venv venv
    venv/bin/pip install numpy pyarrow==26.0.1 h5py==3.16.0 anndata==0.12.19 scipy hdf5plugin==7.1.0
    venv/bin/python tests/data/containers/make.py
"""

import datetime
import decimal
import pathlib

import anndata
import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import scipy.sparse

OUT = pathlib.Path(__file__).parent
N = 40
X = np.random.default_rng(3).standard_normal((N, 4)).astype("f4")
HALF = X.astype("f2")
CLASSES = '{"info": {"features": {"label": {"names": ["cat", "dog", "owl"], "_type": "ClassLabel"}}}}'


def lists(of):
    return pa.array(X.tolist(), of)


def columns():
    text, bits = pa.string(), pa.float32()
    fixed = pa.FixedSizeListArray.from_arrays(pa.array(X.ravel()), 4)
    large = np.random.default_rng(4).integers(2**31, 2**32, N)
    labels = [["owl", "cat", "dog"][i % 3] if i != 7 else None for i in range(N)]
    nested = [[row[:2], row[2:]] for row in X.tolist()]
    shape = pa.array([[4]] * N, pa.large_list(pa.uint64()))
    return {
        "fsl": fixed,
        "large": lists(pa.large_list(pa.float64())),
        "u32": pa.array(large, pa.uint32()),
        "dec": pa.array([decimal.Decimal("1.25") * i for i in range(N)], pa.decimal128(6, 2)),
        "label": pa.array(labels).dictionary_encode(),
        "big": pa.array([2**53 + i % 2 for i in range(N)], pa.int64()),
        "view": pa.array([["a", "b"][i % 2] for i in range(N)], pa.string_view()),
        "day": pa.array([datetime.date(2024, 1, 1)] * N),
        "gap": pa.array([None if i == 3 else X[i].tolist() for i in range(N)], pa.list_(bits)),
        "nested": pa.array(nested, pa.list_(pa.list_(bits))),
        # The type of vectors in daft.
        "daft": pa.StructArray.from_arrays([lists(pa.large_list(bits)), shape], ["data", "shape"]),
        "json": pa.ExtensionArray.from_storage(pa.json_(text), pa.array(['{"a": 1}'] * N)),
        "uuid": pa.ExtensionArray.from_storage(pa.uuid(), pa.array([bytes([i % 2] * 16) for i in range(N)], pa.binary(16))),
        "written": pa.array(["[" + ", ".join(map(repr, row)) + "]" for row in X.tolist()]),
        "half": pa.FixedSizeListArray.from_arrays(pa.array(HALF.ravel()), 4),
        "map": pa.array([[("a", 1.0)]] * N, pa.map_(text, bits)),
        "flag": pa.array([i % 2 == 0 for i in range(N)]),
    }


def rare():
    """Durations, of which Parquet has the unit in the Arrow schema alone, and types of Arrow that few writers use."""
    spans = [datetime.timedelta(seconds=i) for i in range(N)]
    few = pa.table({
        "took": pa.array(spans, pa.duration("ms")),
        "spans": pa.array([spans[:2]] * N, pa.list_(pa.duration("s"))),
        "long": pa.array([decimal.Decimal(i) for i in range(N)], pa.decimal256(50, 2)),
        "v": lists(pa.list_(pa.float32())),
    })
    pq.write_table(few, OUT / "pyarrow_durations.parquet")
    ends = pa.array(range(4, N + 1, 4), pa.int32())
    runs = pa.RunEndEncodedArray.from_arrays(ends, pa.array(["cat", "owl"] * 5))
    with pa.ipc.new_file(OUT / "pyarrow_rare.arrow", pa.schema({"runs": runs.type})) as out:
        out.write_table(pa.table({"runs": runs}))


def arrow():
    table = pa.table(columns())
    for name, opened, compression in (
        ("pyarrow_types.arrow", pa.ipc.new_stream, None),
        ("pyarrow_types.feather", pa.ipc.new_file, "lz4"),
        ("pyarrow_zstd.arrows", pa.ipc.new_stream, "zstd"),
    ):
        with opened(OUT / name, table.schema, options=pa.ipc.IpcWriteOptions(compression=compression)) as out:
            out.write_table(table, max_chunksize=17)
    np.save(OUT / "pyarrow_types.npy", X)
    codes = pa.table({"embedding": table["fsl"], "label": pa.array([i % 3 for i in range(N)], pa.int64())})
    codes = codes.replace_schema_metadata({"huggingface": CLASSES})
    with pa.ipc.new_stream(OUT / "datasets_classes.arrow", codes.schema) as out:
        out.write_table(codes)


def hdf5():
    two = np.arange(N) % 2
    with h5py.File(OUT / "h5py_types.h5", "w") as file:
        file["X"], file["half"], file["big_endian"] = X, HALF, X.astype(">f8")
        file.create_dataset("packed", data=X, chunks=(16, 4), compression="gzip", shuffle=True)
        file["label"] = [["owl", "cat"][i] for i in two]
        file["fixed"] = np.array([["owl", "cat"][i] for i in two], dtype="S5")
        file["flag"], file["codes"], file["huge"] = two == 0, np.arange(N) % 3, 2**53 + two
        file["enum"] = np.array(two, dtype=h5py.enum_dtype({"RED": 0, "GREEN": 1}, basetype="i1"))
        file["layers"] = np.stack([X, 2 * X], 1)
        file["records"] = np.zeros(N, dtype=[("a", "f4"), ("b", "i4")])
        file.create_group("deep")["X"] = X
        # anndata 0.13 stores distinct texts as strings and repeated texts as categories.
        masked, classes = file.create_group("masked"), file.create_group("classes")
        masked["values"], masked["mask"] = [["owl", "cat"][i] for i in two], np.arange(N) == 2
        classes["categories"], classes["codes"] = ["cat", "owl"], np.where(np.arange(N) == 5, -1, two).astype("i1")
    with h5py.File(OUT / "h5py_latest.h5", "w", libver="latest") as file:
        file.create_dataset("X", data=X, chunks=(16, 4), compression="gzip", fletcher32=True)


def sparse():
    counts = np.random.default_rng(5).poisson(0.5, (N, 6)).astype("f4")
    cells = anndata.AnnData(scipy.sparse.csr_matrix(counts))
    cells.layers["by_column"] = scipy.sparse.csc_matrix(counts)
    cells.obsm["dense"] = counts
    cells.obs["cell_type"] = [["owl", "cat"][i % 2] for i in range(N)]
    cells.write_h5ad(OUT / "anndata_sparse.h5ad")
    with h5py.File(OUT / "h5py_lzf.h5", "w") as file:
        file.create_dataset("packed", data=np.repeat(X, 8, 1), chunks=(16, 32), compression="lzf")
        file["plain"] = np.repeat(X, 8, 1)


def foreign_hdf5():
    """Data frames as pandas lays them out, and a dataset packed by a plugin."""
    import hdf5plugin

    rows = np.load(OUT.parent / "writers/rows.npy")
    with h5py.File(OUT / "pandas_layout.h5", "w", libver="latest") as file:
        file["fixed/axis0"] = np.array(list("abcdn"), "S1")
        file["fixed/axis1"] = np.arange(24)
        file["fixed/block0_values"] = rows
        file["fixed/block0_items"] = np.array(list("abcd"), "S1")
        file["fixed/block1_values"] = np.arange(24)[:, None]
        file["fixed/block1_items"] = np.array(["n"], "S1")
        kind = [("index", "i8"), ("values_block_0", "f4", (4,))]
        file["frame/table"] = np.array(list(enumerate(rows)), dtype=kind)
    with h5py.File(OUT / "h5py_zstd.h5", "w", libver="latest") as file:
        file.create_dataset("X", data=rows, compression=hdf5plugin.Zstd())


def small_pages():
    table = pa.table({"X": lists(pa.list_(pa.float32())), "label": ["cat", "owl"] * (N // 2)})
    sizes = {"data_page_size": 8, "write_batch_size": 4, "row_group_size": 17}
    path = OUT / "small_pages.parquet"
    pq.write_table(table, path, compression="lz4", write_statistics=False, store_schema=False, **sizes)


def page_claims():
    """A page whose header claims 1 040 000 bytes, where 9600 are packed."""

    def number(value):
        """Zigzag, then seven bits a byte."""
        digits, rest = [], 2 * value
        while rest > 0x7F:
            digits.append(rest & 0x7F | 0x80)
            rest >>= 7
        return bytes([*digits, rest])

    path = OUT / "page_claims.parquet"
    table = pa.table({"a": np.zeros(1200)})
    pq.write_table(table, path, compression="lz4", use_dictionary=False, write_statistics=False, store_schema=False)
    start = pq.ParquetFile(path).metadata.row_group(0).column(0).data_page_offset
    bytes_ = path.read_bytes()
    # After the type: the uncompressed size in three bytes.
    path.write_bytes(bytes_[: start + 3] + number(1_040_000) + bytes_[start + 6 :])


arrow()
rare()
hdf5()
sparse()
foreign_hdf5()
page_claims()
small_pages()
