#!/usr/bin/env bash
# polars 2.1.0, DataFrame made from Python lists with its defaults (strict=True: every value must match the type inferred). The
# expectation: vectors of numbers become lists of floats, or whole and broken numbers in one column are refused, as a column
# of scalars 1, 0.7 is. What happens: the FIRST vector decides. If its numbers are whole, as in [1, 0], all
# later vectors are cut to whole numbers, [0.7, 2.9] to [0, 2], without an error or a warning. Rows given as
# dicts do as much to scalars, where the first 100 rows are whole. With the type declared nothing is cut.
# Seen: list[i64] [[1, 0], [0, 2]]; TypeError for the scalars; 0 in row 100 of the dicts, 0.7 in row 99.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check polars==2.1.0
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import polars

vectors = polars.DataFrame({"embedding": [[1, 0], [0.7, 2.9]]})["embedding"]
try:
    polars.DataFrame({"x": [1, 0.7]})
    refused = False
except TypeError as error:
    refused = "of type Int64" in str(error)
last = {whole: polars.DataFrame([{"x": i % 3} for i in range(whole)] + [{"x": 0.7}])["x"][-1] for whole in (99, 100)}
print(vectors.dtype, vectors.to_list(), "scalars refused", refused, last)
sys.exit(int(not (vectors.to_list() == [[1, 0], [0, 2]] and refused and last == {99: 0.7, 100: 0})))
END
