#!/usr/bin/env bash
# DuckDB 2.0.1, reading a CSV whose label column holds only the class names "yes" and "no" (or "Yes"/"No", "t"/"f"), and writing
# it again. The expectation: a text column; only true and false are taken for BOOLEAN. What happens: BOOLEAN, so that
# the class names come out as true and false, and no longer match labels kept elsewhere. "y"/"n" and "on"/"off" stay
# text, and so does yes/no as soon as a third class occurs, so the same pipeline behaves otherwise on another subset.
# Seen: yes/no and t/f BOOLEAN, written back as true/false; y/n, on/off and yes/no/maybe VARCHAR.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check duckdb==2.0.1
cd "$folder" && "$folder/venv/bin/python" - <<'END' || exit 1
import sys
import duckdb

seen = {}
for names in (["yes", "no"], ["Yes", "No"], ["t", "f"], ["y", "n"], ["on", "off"], ["yes", "no", "maybe"]):
    with open("in.csv", "w") as file:
        file.write("label,x\n" + "".join(f"{name},1\n" for name in names))
    duckdb.sql("copy (from 'in.csv') to 'out.csv'")
    with open("out.csv") as file:
        seen[tuple(names)] = [line.split(",")[0] for line in file.read().split()[1:]]
print(seen)
changed = {names: kept != list(names) for names, kept in seen.items()}
sys.exit(int(list(changed.values()) != [True, True, True, False, False, False]))
END
