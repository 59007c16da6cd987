#!/usr/bin/env bash
# ml-pca 4.1.1 (Node), PCA of the same 5×4 rows by its three methods. The expectation: a method is a way to compute, so eigenvalues and
# explained variance agree to rounding. What happens: with "NIPALS" the eigenvalues are sums of squares, n − 1 times the variances,
# and the explained variance is the share among the components asked for, not of the rows' variance, so that it always adds up to
# 1: two components "explain all" where they have 91 %, one has 100 % where it has 53 %. Scores agree. An effective rank or a number of
# components chosen by share is another one after a change of method. "SVD" and "covarianceMatrix" agree.
# Seen: shares 0.529, 0.378, … and eigenvalues 16.67, 11.90 by SVD; 0.583, 0.417 and 66.67, 47.60 by NIPALS with two; 1 with one.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund ml-pca@4.1.1 >log 2>&1
cat >look.mjs <<'END'
import { PCA } from 'ml-pca'
const rows = [[1, 2, 3, 4], [2, 1, 0, 7], [5, 2, 9, 1], [3, 3, 1, 0], [2, 8, 1, 1]]
const made = (method, nCompNIPALS) => {
  const pca = new PCA(rows, { method, nCompNIPALS })
  return { shares: pca.getExplainedVariance(), values: pca.getEigenvalues() }
}
const [svd, covariance, two, one] = [made('SVD'), made('covarianceMatrix'), made('NIPALS', 2), made('NIPALS', 1)]
console.log(svd, covariance, two, one)
const near = (a, b) => Math.abs(a / b - 1) < 1e-3
const plain = near(svd.values[0], covariance.values[0]) && near(svd.shares[0], covariance.shares[0])
const sums = near(two.shares[0] + two.shares[1], 1) && near(one.shares[0], 1)
const squares = near(two.values[0], 4 * svd.values[0]) && near(two.values[1], 4 * svd.values[1])
process.exit(plain && sums && squares && svd.shares[0] + svd.shares[1] < 0.95 ? 0 : 1)
END
node look.mjs || exit 1
