#!/usr/bin/env bash
# usearch 2.26.6, Index: 2000 vectors added with the keys 0 … 1999 by one thread, then read back by index.vectors and index.keys. The
# expectation: rows in the order in which they were added, as faiss's reconstruct_n gives them, so that they still stand beside
# the labels. What happens: both come in the order of a hash table, the same after saving and restoring: a row is at its place for one in
# a thousand. A probe of index.vectors against labels in their own order learns nothing, and the shapes match, so nothing is
# said. index.get(keys) gives any order that is asked for. Also: with no dtype named, the type kept depends on the processor.
# Seen: keys 0, 1035, 56, 299, … and 2 of 2000 rows in place; vectors of the keys, and get(range), are exact.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check usearch==2.26.6 numpy==2.4.6
cd "$folder" && "$folder/venv/bin/python" - <<'END' || exit 1
import sys
import warnings
import numpy as np
from usearch.index import Index

warnings.simplefilter("ignore")
rows = np.random.default_rng(0).standard_normal((2000, 64)).astype(np.float32)
index = Index(ndim=64, metric="l2sq", dtype="f32")
for key, row in enumerate(rows):
    index.add(key, row, threads=1)
index.save("rows.usearch")
seen = []
for held in (index, Index.restore("rows.usearch")):
    keys, vectors = np.array(held.keys), held.vectors
    asked = bool((held.get(np.arange(2000)) == rows).all())
    seen.append((int((keys == np.arange(2000)).sum()), int((vectors == rows).all(axis=1).sum()), bool((vectors == rows[keys]).all()), asked))
    print(keys[:6], seen[-1])
sys.exit(int(not all(keys < 100 and place < 100 and paired and asked for keys, place, paired, asked in seen)))
END
