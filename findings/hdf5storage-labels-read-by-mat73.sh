#!/usr/bin/env bash
# hdf5storage 0.2.2 savemat (MATLAB 7.3 files) of labels as a numpy array of texts, read by mat73 0.65. The expectation: two
# labels come back. What happens: the array is stored as a char matrix padded to the longest name, and mat73 joins all of
# it into ONE string, with zero characters where the shorter name was padded; hdf5storage itself reads two labels. Labels given
# as a Python list are a cell array and come back as two. mat73 also drops axes of length one: a 1×3 and a 3×1 matrix
# of features both have shape (3,).
# Seen: 'cat\x00\x00tiger' of type str; the list ['cat', 'tiger']; shapes (3,) and (3,).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check hdf5storage==0.2.2 mat73==0.65 numpy==2.4.6
cd "$folder" && "$folder/venv/bin/python" - <<'END' || exit 1
import sys
import hdf5storage
import mat73
import numpy as np

def back(value):
    hdf5storage.savemat("x.mat", {"x": value}, format="7.3", truncate_existing=True)
    return mat73.loadmat("x.mat")["x"]

array, listed = back(np.array(["cat", "tiger"])), back(["cat", "tiger"])
shapes = [back(np.ones(shape)).shape for shape in ((1, 3), (3, 1))]
print(repr(array), hdf5storage.loadmat("x.mat")["x"].shape, listed, shapes)
seen = isinstance(array, str) and array.replace("\0", " ") == "cat  tiger" and listed == ["cat", "tiger"]
sys.exit(int(not (seen and shapes == [(3,), (3,)])))
END
