#!/usr/bin/env bash
# gensim 4.4.0, KeyedVectors.load_word2vec_format of a file of word vectors in which a word occurs twice, as in files that were joined, or put in
# lower case, after training; text, binary, and GloVe's form without a header. The expectation: the first vector of the word is kept, as its
# log says, and the table has one row for each word, as its code means to do ("shrinking matrix size"). What happens: the count that it
# shrinks to is that of the rows announced, so that for every repeated word a row of ZEROS with the name None is left at the end. It
# enters means, principal components, intrinsic dimensions and leverages of kv.vectors, len() counts it, most_similar returns it
# with nan, and a file saved from it announces rows that it does not have.
# Seen: cat, dog, owl, None, None and two rows of zeros, the mean of the first column 1.8 where 3.0 is right; a header "5 2" over three rows.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check gensim==4.4.0 numpy==2.4.6
cd "$folder" && venv/bin/python - <<'END' || exit 1
import sys
import numpy as np
from gensim.models import KeyedVectors

words, vectors = ["cat", "dog", "cat", "owl", "cat"], np.array([[1, 2], [3, 4], [1, 2], [5, 6], [9, 9]], np.float32)
lines = "".join(f"{word} {x:g} {y:g}\n" for word, (x, y) in zip(words, vectors))
open("text.txt", "w").write("5 2\n" + lines)
open("glove.txt", "w").write(lines)
open("binary.bin", "wb").write(b"5 2\n" + b"".join(w.encode() + b" " + v.tobytes() + b"\n" for w, v in zip(words, vectors)))
seen = [KeyedVectors.load_word2vec_format("text.txt"), KeyedVectors.load_word2vec_format("glove.txt", no_header=True),
        KeyedVectors.load_word2vec_format("binary.bin", binary=True)]
seen[0].save_word2vec_format("again.txt")
saved = open("again.txt").read().split("\n")
for one in seen:
    print(one.index_to_key, one.vectors.tolist(), "mean", one.vectors[:, 0].mean(), len(one))
print(saved)
table = [[1, 2], [3, 4], [5, 6], [0, 0], [0, 0]]
left = all(one.index_to_key == ["cat", "dog", "owl", None, None] and one.vectors.tolist() == table for one in seen)
sys.exit(int(not (left and saved[0] == "5 2" and len(saved) == 5)))
END
