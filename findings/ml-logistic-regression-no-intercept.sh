#!/usr/bin/env bash
# ml-logistic-regression 2.0.0 (Node), LogisticRegression on 400 rows of two features. The expectation: a logistic regression has an
# intercept, so that with one row in ten of class 1 a probe is right at least for the nine; and any whole numbers may be the classes, as the
# number of classes is counted from the labels. What happens: there is no intercept and no option for one, the boundary passes through the
# origin, and it is worse than a constant. And classes 1, 2, 3 are taken for 0, 1, 2: class 3 is never predicted, its
# rows are given to 0, a class that does not exist, without an error. A column of ones, and numbers from 0, mend both.
# Seen: right 0.52 of the rows where 0.9 is the share of class 0, and 0.94 with a column of ones; classes from 0 0.97, from 1 0.66.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund ml-logistic-regression@2.0.0 ml-matrix@6.15.1 >log 2>&1
cat >look.mjs <<'END'
import LogisticRegression from 'ml-logistic-regression'
import { Matrix } from 'ml-matrix'
let state = 1
const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647
const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
const right = (rows, labels) => {
  const model = new LogisticRegression({ numSteps: 2000, learningRate: 5e-4 })
  model.train(new Matrix(rows), Matrix.columnVector(labels))
  const found = model.predict(new Matrix(rows))
  return { share: found.filter((label, i) => label === labels[i]).length / labels.length, classes: [...new Set(found)].sort() }
}
const rare = Array.from({ length: 400 }, (_, i) => (i % 10 ? 0 : 1))
const rows = rare.map(label => [normal() + 2 * label, normal()])
const three = Array.from({ length: 300 }, (_, i) => i % 3)
const apart = three.map(label => [0, 1, 2].map(k => normal() + (k === label ? 3 : 0)))
const seen = [right(rows, rare), right(rows.map(row => [...row, 1]), rare), right(apart, three), right(apart, three.map(label => label + 1))]
console.log(seen)
const [plain, ones, zero, one] = seen
const numbered = zero.share > 0.9 && one.share < 0.7 && one.classes.join() === '0,1,2'
process.exit(plain.share < 0.75 && ones.share > 0.88 && numbered ? 0 : 1)
END
node look.mjs || exit 1
