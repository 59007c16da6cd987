#!/usr/bin/env bash
# datasets 5.2.0 (Hugging Face), class_encode_column. The expectation: whole numbers 0 to 11 keep their numbers, and the splits of one
# DatasetDict share one numbering, as the result says ClassLabel. What happens: labels are made texts and sorted as texts, so 2
# becomes 4 and 10 becomes 2; and each split is numbered by the classes it happens to have, so that with "bird" absent from
# the test rows "cat" is 1 in train and 0 in test. Neither gives a warning; to_parquet writes the new numbers.
# Seen: 0 to 11 become [0, 1, 4, 5, 6, 7, 8, 9, 10, 11, 2, 3]; cat is 1 in train and 0 in test.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export HF_HOME="$folder/home"
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check datasets==5.2.0 pyarrow==26.0.1 numpy==2.4.6
cd "$folder" && "$folder/venv/bin/python" - 2>progress <<'END' || exit 1
import sys
from datasets import Dataset, DatasetDict

numbers = Dataset.from_dict({"label": list(range(12))}).class_encode_column("label")["label"][:]
splits = {"train": ["bird", "cat", "dog"], "test": ["cat", "dog"]}
both = DatasetDict({k: Dataset.from_dict({"label": names}) for k, names in splits.items()}).class_encode_column("label")
coded = {k: dict(zip(names, both[k]["label"])) for k, names in splits.items()}
print(numbers, coded)
seen = numbers == [0, 1, 4, 5, 6, 7, 8, 9, 10, 11, 2, 3]
sys.exit(int(not (seen and coded["train"]["cat"] == 1 and coded["test"]["cat"] == 0)))
END
