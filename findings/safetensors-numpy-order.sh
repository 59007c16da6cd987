#!/usr/bin/env bash
# safetensors 0.8.0, safetensors.numpy.save_file of features that numpy holds in another order than row by row: X.T, every second
# column, and what pandas gives for a frame (to_numpy is column by column). The expectation: the values are copied into row order,
# as numpy.save records or makes it, or the array is refused, as safetensors.torch does. What happens: the shape is written
# with the memory as it lies, so that rows come back scrambled, or with numbers of columns that were left out, without
# a warning. An array made by numpy.ascontiguousarray is written right. Reported in issue 825 of safetensors.
# Seen: the frame [[1, 4], [2, 5], [3, 6]] comes back as [[1, 2], [3, 4], [5, 6]]; the copy as it was.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    safetensors==0.8.0 pandas==3.1.1 numpy==2.4.6
cd "$folder" && "$folder/venv/bin/python" - <<'END' || exit 1
import sys
import numpy as np
import pandas as pd
from safetensors.numpy import load_file, save_file

rows = np.arange(6, dtype=np.float32).reshape(2, 3)
frame = pd.DataFrame({"a": [1.0, 2, 3], "b": [4.0, 5, 6]}).to_numpy()
given = {"transposed": rows.T, "step": rows[:, ::2], "frame": frame, "copied": np.ascontiguousarray(frame)}
save_file(given, "x.safetensors")
back = load_file("x.safetensors")
print({name: (given[name].tolist(), back[name].tolist()) for name in given})
same = [bool((back[name] == given[name]).all()) for name in given]
sys.exit(int(same != [False, False, False, True]))
END
