#!/usr/bin/env bash
# hyparquet-writer 0.17.0 (Node), parquetWriteBuffer without types: a column of number arrays, and one of Float32Array. The
# expectation: a LIST of DOUBLE or FLOAT, as other Parquet writers make. What happens: arrays land as BYTE_ARRAY with the
# logical type JSON and the text "[0.5,0.25]"; a Float32Array lands as the text of an object keyed by position,
# {"0":0.5,"1":0.25}. A scalar Float32Array column does become FLOAT. pyarrow 26.0.1 reads texts, not vectors.
# Seen: extension<arrow.json> with '[0.5,0.25]' and '{"0":0.5,"1":0.25}'.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --no-compile --disable-pip-version-check pyarrow==26.0.1
npm install --silent --no-audit --no-fund hyparquet-writer@0.17.0 >/dev/null
cat >write.mjs <<'END'
import { writeFileSync } from 'node:fs'
import { parquetWriteBuffer } from 'hyparquet-writer'
const typed = [new Float32Array([0.5, 0.25]), new Float32Array([1, 2])]
writeFileSync('rows.parquet', Buffer.from(parquetWriteBuffer({ columnData: [
  { name: 'plain', data: [[0.5, 0.25], [1, 2]] }, { name: 'typed', data: typed },
  { name: 'scalar', data: new Float32Array([0.5, 1]) }] })))
END
node write.mjs
venv/bin/python - <<'END' || exit 1
import sys
import pyarrow.parquet as parquet

table, file = parquet.read_table("rows.parquet"), parquet.ParquetFile("rows.parquet")
print(table.schema, table.to_pylist()[0])
kinds = [(c.physical_type, str(c.logical_type)) for c in (file.schema.column(i) for i in range(3))]
first = table.to_pylist()[0]
seen = kinds == [("BYTE_ARRAY", "JSON")] * 2 + [("FLOAT", "None")] and first["plain"] == "[0.5,0.25]"
sys.exit(int(not (seen and first["typed"] == '{"0":0.5,"1":0.25}')))
END
