#!/usr/bin/env bash
# apache-arrow 21.2.0 (Node), toArray() of columns and of rows' vectors, the way to a typed array for a plot, a table or a model in a browser; half floats (how
# embeddings are kept to halve a file) and single floats of which one is missing. The expectation: the numbers, as get(i), iteration and toJSON of
# the same column give them, and NaN or null where a number is missing. What happens: half floats come as a Uint16Array of their BITS, 0.5, 1 and 3 as
# 14336, 15360 and 16896, so that a vector of [0.5, −2] has the norm 51200 and every feature is positive; and a missing number is 0, as likely a value
# as any. No message.
# Seen: get, iteration and toJSON 0.5, 1, 3 and 1.5, null, 2.5; toArray 14336, 15360, 16896 and 1.5, 0, 2.5; of the vector 14336, 49152.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit apache-arrow@21.2.0 >/dev/null
cat >trial.mjs <<'END'
import { Field, FixedSizeList, Float16, Float32, tableFromIPC, tableToIPC, Table, vectorFromArray } from 'apache-arrow';
const half = vectorFromArray([0.5, 1, 3], new Float16());
const vectors = vectorFromArray([[0.5, -2], [1, 2], [3, 4]], new FixedSizeList(2, new Field('item', new Float16())));
const gap = vectorFromArray([1.5, null, 2.5], new Float32());
const table = tableFromIPC(tableToIPC(new Table({ half, vectors, gap }), 'file'));
const ways = (column) => JSON.stringify([[...column], column.toJSON(), Array.from({ length: column.length }, (_, i) => column.get(i)), [...column.toArray()]]);
console.log(ways(table.getChild('half')), ways(table.getChild('gap')), ways(table.getChild('vectors').get(0)));
END
node trial.mjs >seen
cat seen
right='[[0.5,1,3],[0.5,1,3],[0.5,1,3],[14336,15360,16896]] [[1.5,null,2.5],[1.5,null,2.5],[1.5,null,2.5],[1.5,0,2.5]] [[0.5,-2],[0.5,-2],[0.5,-2],[14336,49152]]'
grep -qxF "$right" seen || exit 1
