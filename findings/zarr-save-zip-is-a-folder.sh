#!/usr/bin/env bash
# zarr 3.1.6, zarr.save("rows.zip", array). The expectation: a zip archive, as zarr 2 wrote for a name with this ending,
# or a refusal. What happens: a folder called rows.zip, without a message. Programs that take the ending at its word (numpy.load, zipfile, an
# upload of one file) do not find an archive, and copying "the file" copies a folder or nothing.
# Seen: a folder with zarr.json and the chunks; zipfile.is_zipfile: False
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check zarr==3.1.6 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'END' || exit 1
import os
import sys
import zipfile
import numpy as np
import zarr

zarr.save("rows.zip", np.arange(6.0).reshape(3, 2))
is_folder, is_archive = os.path.isdir("rows.zip"), os.path.isfile("rows.zip") and zipfile.is_zipfile("rows.zip")
print(zarr.__version__, "folder:", is_folder, "archive:", is_archive, sorted(os.listdir("rows.zip")) if is_folder else "")
sys.exit(int(not (is_folder and not is_archive)))
END
