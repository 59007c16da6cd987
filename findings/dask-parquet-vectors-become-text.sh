#!/usr/bin/env bash
# dask 2026.8.0 with pandas 3.1.1, a frame whose cells are float32 vectors of 1500 numbers: from_pandas, to_parquet. The
# expectation: list<float>, as pandas itself writes. What happens: a column of objects is turned into text on entering dask
# ("dataframe.convert-string"), and numpy prints a vector of more than 1000 numbers as its first and last three and an
# ellipsis: 1494 numbers of each row are lost without a warning. Python lists become text too, but whole.
# Seen: pandas list<element: float>; dask large_string, '[0.000e+00 1.000e+00 2.000e+00 ... 1.499e+03]'.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    'dask[dataframe]==2026.8.0' pandas==3.1.1 pyarrow==26.0.1 numpy==2.4.6
cd "$folder" && "$folder/venv/bin/python" - <<'END' || exit 1
import sys
import dask.dataframe
import numpy as np
import pandas as pd
import pyarrow.parquet as parquet

frame = pd.DataFrame({"embedding": [np.arange(1500, dtype=np.float32)] * 4, "label": list("abab")})
frame.to_parquet("pandas.parquet")
dask.dataframe.from_pandas(frame, npartitions=2).to_parquet("dask")
plain, text = (parquet.read_table(name)["embedding"] for name in ("pandas.parquet", "dask"))
first = text[0].as_py()
print(plain.type, "|", text.type, "|", first)
seen = str(plain.type).startswith("list<") and "string" in str(text.type) and "..." in first and len(first) < 100
sys.exit(int(not seen))
END
