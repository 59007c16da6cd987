#!/usr/bin/env bash
# arquero 8.0.1 (Node), fromCSV with its defaults, a table of 1500 rows in the order of their classes. The classes of the first 1200 are the numbers
# 0, 1 and 2, or true and false; those of the last 300 are words, "unsure", as tables that were joined have it. The expectation: all are text, or a warning,
# or at the least an empty cell. What happens: the type is that of the first thousand rows (autoMax), and later cells are put through it: behind
# numbers a word is NaN, and behind true and false EVERY other word is true, so that 300 rows that nobody could judge are positive
# examples. Within the first thousand rows one such word makes the column text. No message; parse or autoType: false mends it.
# Seen: behind numbers 300 NaN; behind true and false 300 true; with the word in row 900 all 1500 cells are text.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit arquero@8.0.1 >/dev/null
cat >trial.mjs <<'END'
import { fromCSV } from 'arquero';
const read = (cell) => fromCSV('row,class\n' + Array.from({ length: 1500 }, (_, i) => `${i},${cell(i)}`).join('\n')).array('class');
const tally = (cells) => JSON.stringify(cells.slice(1200).reduce((seen, c) => ({ ...seen, [`${typeof c} ${c}`]: (seen[`${typeof c} ${c}`] ?? 0) + 1 }), {}));
console.log(tally(read((i) => (i < 1200 ? i % 3 : 'unsure'))), tally(read((i) => (i < 1200 ? i % 2 === 0 : 'unsure'))));
console.log(new Set(read((i) => (i < 1200 && i !== 900 ? i % 2 === 0 : 'unsure')).map((c) => typeof c)).size, read((i) => (i < 1200 && i !== 900 ? i % 3 : 'unsure'))[0] === '0');
END
node trial.mjs >seen
cat seen
[ "$(cat seen)" = '{"number NaN":300} {"boolean true":300}
1 true' ] || exit 1
