#!/usr/bin/env bash
# datasets 5.2.0 (Hugging Face), a column of 64-bit numbers (targets, times in seconds, prices) read with with_format("numpy"): by row, by slice and by
# the whole column. The expectation: the type that the features name, float64, and one number for one cell however it is read. What happens: arrays are
# cast to float32, single numbers are not, so ds[0]["y"] and rows of a loop are float64, and ds[:]["y"][0], ds["y"][:] and batches of map are float32:
# three times of one minute, 1764518400, 1764518401 and 1764518460, are ONE number by slice, so a fit to them sees a constant target, or rows of three
# groups as one. Whole numbers keep their 64 bits either way; a vector is float32 even by row. No message. with_format("numpy", dtype=np.float64) mends it.
# Seen: by row float64 and 3 different numbers; by slice, column and batch float32 and 1; with the dtype named 3; int64 3.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export HF_HOME="$folder/cache"
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check datasets==5.2.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'END' || exit 1
import sys
import numpy as np
from datasets import Dataset

times = [1764518400.0, 1764518401.0, 1764518460.0]
kept = Dataset.from_dict({"y": times, "whole": [int(t) for t in times], "x": [[t] for t in times]})
rows, batches = kept.with_format("numpy"), []
rows.map(lambda batch: batches.append(batch["y"]), batched=True)
ways = {"row": np.array([row["y"] for row in rows]), "slice": rows[:]["y"], "column": rows["y"][:], "batch": batches[-1],
        "vector by row": np.concatenate([row["x"] for row in rows]), "whole": rows[:]["whole"],
        "named": kept.with_format("numpy", dtype=np.float64)[:]["y"]}
seen = {way: (str(values.dtype), len(np.unique(values))) for way, values in ways.items()}
print(kept.features["y"], seen)
right = seen["row"] == seen["named"] == ("float64", 3) and seen["whole"] == ("int64", 3) and kept.features["y"].dtype == "float64"
sys.exit(int(not (right and all(seen[way] == ("float32", 1) for way in ("slice", "column", "batch", "vector by row")))))
END
