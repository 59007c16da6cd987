#!/usr/bin/env bash
# qdrant-client 1.20.0, QdrantClient(":memory:"), the mode in which the client itself is the database, for a trial before a server is set up;
# a collection whose vectors have datatype FLOAT16 or UINT8. The expectation: vectors come back as that type keeps them, half floats with
# eleven bits, or whole numbers from 0 to 255, so that what a probe loses by the smaller type can be measured; or the type is refused. What happens:
# it is taken and left out of account: 300.7, −1.5 and 1e-9 in "UINT8" come back as they are, in single precision, and 70000 in "FLOAT16" is
# 70000, where a half float has infinity. So the loss that is measured is none, with the collection's own description saying Uint8. No message.
# Seen: UINT8 [300.7, -1.5, 1e-09, 255.0], FLOAT16 [70000.0, 2049.0, 1e-09, 0.3000001], all as given to single precision.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check qdrant-client==1.20.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import warnings
import numpy as np
from qdrant_client import QdrantClient
from qdrant_client.models import Datatype, Distance, PointStruct, VectorParams

given = {Datatype.UINT8: [300.7, -1.5, 1e-9, 255.0], Datatype.FLOAT16: [70000.0, 2049.0, 1e-9, 0.3000001]}
kept = {}
with warnings.catch_warnings(record=True) as heard:
    warnings.simplefilter("always")
    base = QdrantClient(":memory:")
    for kind, vector in given.items():
        base.create_collection(kind.value, vectors_config=VectorParams(size=4, distance=Distance.DOT, datatype=kind))
        base.upsert(kind.value, [PointStruct(id=1, vector=vector)])
        kept[kind] = base.scroll(kind.value, with_vectors=True)[0][0].vector
        print(base.get_collection(kind.value).config.params.vectors.datatype, vector, kept[kind], [str(w.message) for w in heard])
same = all(np.array_equal(np.float32(kept[kind]), np.float32(vector)) for kind, vector in given.items())
sys.exit(int(not (same and not heard)))
END
