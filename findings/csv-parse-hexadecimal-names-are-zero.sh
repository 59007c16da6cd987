#!/usr/bin/env bash
# csv-parse 7.0.3 (Node), parse(text, { cast: true }), of a table whose groups or classes have hexadecimal names: 0x1F, 0x2A (hash codes, device
# addresses, category codes). The expectation: text, as papaparse 5.7.1 leaves them, or 31 and 42, as JavaScript's Number and d3-dsv 3.0.2 say.
# What happens: whether it is a number is asked of Number's rule and its value of parseFloat's, which stops at the x, so that EVERY such
# name is 0: all groups are one group, all classes one class, and a feature written in hexadecimal is constant. Binary (0b11) and octal
# (0o17) names are 0 too; -0x1F stays text, and so does 0x. No message, and the rows keep their number.
# Seen: 0, 0, 0 and -0x1F for 0x1F, 0xdeadbeef, 0b11 and -0x1F, and one class where papaparse and d3-dsv have two.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund csv-parse@7.0.3 papaparse@5.7.1 d3-dsv@3.0.2 >/dev/null
cat >read.mjs <<'END'
import { parse } from 'csv-parse/sync'
import Papa from 'papaparse'
import { autoType, csvParse } from 'd3-dsv'
const text = 'x,label\n0.5,0x1F\n0.25,0x2A\n0.75,0x1F\n'
const classes = rows => JSON.stringify([...new Set(rows.map(row => row.label))])
const seen = [classes(parse(text, { columns: true, cast: true })),
  classes(Papa.parse(text, { header: true, dynamicTyping: true, skipEmptyLines: true }).data), classes(csvParse(text, autoType))]
const names = JSON.stringify(parse('0x1F,0xdeadbeef,0b11,-0x1F,0x\n', { cast: true })[0])
console.log(...seen, names)
const expected = ['[0]', '["0x1F","0x2A"]', '[31,42]']
process.exit(seen.every((one, i) => one === expected[i]) && names === '[0,0,0,"-0x1F","0x"]' ? 0 : 1)
END
node read.mjs || exit 1
