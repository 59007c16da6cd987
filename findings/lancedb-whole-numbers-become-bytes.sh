#!/usr/bin/env bash
# lancedb 0.40.0, create_table from Python rows. The expectation: the numbers given decide the type, and all vector columns are
# treated alike. What happens: the column's NAME decides. "vector" and "embedding" become fixed-size lists of float32, so that the
# double 16777217.0 comes back as 16777216.0; "features" stays a list of doubles. And if the first rows of a "vector" column are whole
# numbers from 0 to 255 (counts, quantized or sparse features), it is UINT8 for good: later rows of floats are cut to whole numbers
# on add, 0.7 to 0 and 2.9 to 2, float32 arrays too, without an error or a warning; only values outside 0 to 255 are refused.
# Seen: fixed_size_list<item: float>[2] and list<item: double>; fixed_size_list<item: uint8>[2] with rows [0, 3], [0, 2], [0, 0].
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check lancedb==0.40.0 pyarrow==26.0.1 numpy==2.4.6
cd "$folder" && "$folder/venv/bin/python" - <<'END' || exit 1
import sys
import lancedb
import numpy as np

base = lancedb.connect("base")
pair = [16777217.0, 0.5]
named = base.create_table("named", [{"embedding": pair, "features": pair}]).to_arrow()
counts = base.create_table("counts", [{"vector": [0, 3]}])
counts.add([{"vector": [0.7, 2.9]}])
counts.add([{"vector": np.array([0.4, 0.6], np.float32)}])
rows = counts.to_arrow()
kinds = [str(column.type) for column in (named["embedding"], named["features"], rows["vector"])]
print(kinds, named.to_pylist(), rows["vector"].to_pylist())
sized = "float" in kinds[0] and "double" in kinds[1] and "uint8" in kinds[2]
cut = named["embedding"].to_pylist() == [[16777216.0, 0.5]] and rows["vector"].to_pylist() == [[0, 3], [0, 2], [0, 0]]
sys.exit(int(not (sized and cut and named["features"].to_pylist() == [pair])))
END
