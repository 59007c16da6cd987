#!/usr/bin/env bash
# daft 0.7.26, from_pydict with numpy float32 vectors of one length, write_parquet. The expectation: a list or fixed-size list of
# FLOAT. What happens: such a column is a Tensor, even where all cells are one-dimensional and equally long, and its
# Parquet form is struct<data: list<float>, shape: list<uint64>>, so the vector lies one level deeper, beside its shape.
# Python lists become a plain list of doubles; a cast to DataType.embedding gives a list of FLOAT.
# Seen: struct<data, shape> for arrays, large_list<double> for lists, fixed_size_list<float>[2] after the cast.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check daft==0.7.26 pyarrow==25.0.1 numpy==2.4.6
cd "$folder" && "$folder/venv/bin/python" - 2>progress <<'END' || exit 1
import sys
import daft
import numpy as np
import pyarrow.parquet as parquet

vectors = [np.array([0.5, 0.25], np.float32), np.array([1, 2], np.float32)]
frame = daft.from_pydict({"arrays": vectors, "lists": [[0.5, 0.25], [1.0, 2.0]]})
frame = frame.with_column("cast", frame["arrays"].cast(daft.DataType.embedding(daft.DataType.float32(), 2)))
frame.write_parquet("rows")
table = parquet.read_table("rows")
kinds = {name: str(table.schema.field(name).type) for name in table.column_names}
print(kinds, table["arrays"][0].as_py())
seen = kinds["arrays"].startswith("struct<data:") and "list<" in kinds["lists"] and "[2]" in kinds["cast"]
sys.exit(int(not (seen and table["arrays"][0].as_py() == {"data": [0.5, 0.25], "shape": [2]})))
END
