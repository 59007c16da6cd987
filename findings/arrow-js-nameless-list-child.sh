#!/usr/bin/env bash
# apache-arrow 21.2.0 (Node), tableFromArrays with a column of number arrays, tableToIPC(table, 'file'), read by others. The
# expectation: an Arrow file is read by every Arrow implementation. What happens: the child field of the list is written with an
# empty name. pyarrow 26.0.1 reads it; polars 2.1.0 refuses the whole file, "Every field in IPC must have a name".
# Without the vector column polars reads the file. Two more habits: whole numbers are Float64, texts are
# dictionaries, and without 'file' the bytes are a stream, which read_feather and read_ipc do not take.
# Seen: pyarrow list<: double>; polars ComputeError with that sentence; labels dictionary<string, int32>.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --no-compile --disable-pip-version-check pyarrow==26.0.1 polars==2.1.0
npm install --silent --no-audit --no-fund apache-arrow@21.2.0 >log 2>&1
cat >write.mjs <<'END'
import { writeFileSync } from 'node:fs'
import { tableFromArrays, tableToIPC } from 'apache-arrow'
const plain = { label: ['cat', 'dog'], count: [1, 2] }
const vectors = { ...plain, embedding: [[0.5, 0.25], [1, 2]] }
writeFileSync('plain.arrow', tableToIPC(tableFromArrays(plain), 'file'))
writeFileSync('vectors.arrow', tableToIPC(tableFromArrays(vectors), 'file'))
END
node write.mjs
venv/bin/python - <<'END' || exit 1
import polars, pyarrow.ipc, sys
schema = pyarrow.ipc.open_file("vectors.arrow").read_all().schema
print(schema, polars.read_ipc("plain.arrow").shape)
kinds = [str(field.type) for field in schema]
named = kinds[1] == "double" and kinds[0].startswith("dictionary") and schema.field(2).type.value_field.name == ""
try:
    polars.read_ipc("vectors.arrow")
except polars.exceptions.ComputeError as error:
    print(error)
    sys.exit(int(not (named and "must have a name" in str(error))))
sys.exit(1)
END
