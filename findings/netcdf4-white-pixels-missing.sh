#!/usr/bin/env bash
# netCDF4 1.7.5.1 (Python), one-byte features (pixels, counts, quantised embeddings from 0 to 255) written whole, without a fill value, and read
# back. The expectation: all 256 values are data, as no attribute of the file says otherwise, and as xarray 2026.9.0 and h5py 3.16.0
# read the same file. What happens: 255 is the library's default for "never written" of one-byte numbers, and every 255 is masked: means,
# deviations and covariances leave out the white pixels, a column of 255s is missing as a whole, and numpy.asarray of the
# result shows 255 again. In two bytes it is 65535 or −32767. Files written by xarray with its engine "netcdf4" are masked too, those
# written with "h5netcdf" are not, so one table has two means by who wrote it. set_auto_mask(False), or fill_value=False on writing, prevents it.
# Seen: means of the columns missing, 0, 15 and 10.0 over all, where 255, 127.5, 15 and 132.5 are right and xarray and h5py give them.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
  netCDF4==1.7.5.1.post1 xarray==2026.9.0 h5netcdf==1.8.2 h5py==3.16.0 numpy==2.4.6
cd "$folder" && venv/bin/python - <<'END' || exit 1
import sys
import h5py
import netCDF4
import numpy as np
import xarray as xr

rows = np.array([[255, 0, 0], [255, 255, 10], [255, 0, 20], [255, 255, 30]], np.uint8)
with netCDF4.Dataset("own.nc", "w") as file:
    file.createDimension("row", 4), file.createDimension("column", 3)
    file.createVariable("x", "u1", ("row", "column"))[:] = rows
for engine in ("netcdf4", "h5netcdf"):
    xr.Dataset({"x": (("row", "column"), rows)}).to_netcdf(f"{engine}.nc", engine=engine)
means = {}
for name in ("own", "netcdf4", "h5netcdf"):
    with netCDF4.Dataset(f"{name}.nc") as file:
        means[name] = file["x"][:].mean(axis=0).tolist(), float(file["x"][:].mean()), file["x"].ncattrs()
others = xr.open_dataset("own.nc", engine="netcdf4")["x"].mean("row").values.tolist(), h5py.File("own.nc")["x"][:].mean(axis=0).tolist()
print(means, others)
masked, right = ([None, 0.0, 15.0], 10.0, []), [255.0, 127.5, 15.0]
sys.exit(int(not (means["own"] == means["netcdf4"] == masked and means["h5netcdf"][:2] == (right, 132.5) and others == (right, right))))
END
