//! File types that are not read, each with a line of Python that converts it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::Role;
use super::python::{self, Line};

/// One sentence for a file known by its ending.
pub(super) fn sentence(path: &Path, ending: &str, role: Role) -> Option<String> {
    let features = matches!(role, Role::Features | Role::Matrix);
    let (kind, line): (&str, Line) = match ending {
        "nc" if is_netcdf_3(path) => ("a NetCDF file of version 3", python::NETCDF),
        "mtx" => ("a MatrixMarket file", python::MATRIX_MARKET),
        "avro" => ("an Avro file", python::AVRO),
        "orc" => ("an ORC file", python::ORC),
        "sav" => ("an SPSS file", python::SPSS),
        "rds" | "rda" | "rdata" => ("a file of R objects", python::R_DATA),
        "vortex" => ("a Vortex file", python::VORTEX),
        "arff" => ("an ARFF file", python::ARFF),
        "dta" => ("a Stata file", python::STATA),
        // A PyTorch file is a zip archive, or, of old, a pickle; others may be numbers without a header.
        "bin" if !matches!(begins(path).as_slice(), [b'P', b'K', ..] | [0x80, ..]) => return None,
        "pt" | "pth" | "bin" | "ckpt" => {
            ("a PyTorch file", if features { python::TORCH } else { python::TORCH_LABELS })
        }
        #[cfg(not(feature = "hdf5"))]
        "h5" | "hdf5" | "hdf" | "nc" => ("an HDF5 file", python::HDF5),
        #[cfg(not(feature = "hdf5"))]
        "h5ad" => ("an AnnData file", if features { python::H5AD } else { python::H5AD_LABELS }),
        "mat" if begins(path).starts_with(b"MATLAB 7.3") || begins(path).starts_with(b"\x89HDF") => {
            ("a MATLAB file", python::MATLAB_HDF5)
        }
        "mat" => ("a MATLAB file", python::MATLAB),
        "pkl" | "pickle" if holds(&begins(path), b"pandas") => ("a pickled table", python::PICKLED_FRAME),
        "pkl" | "pickle" => ("a Python pickle", python::PICKLE),
        "joblib" => ("a joblib file", python::JOBLIB),
        #[cfg(not(feature = "arrow"))]
        "feather" | "arrow" | "arrows" | "ipc" if begins(path).starts_with(b"ARROW1") => {
            ("an Arrow file", python::ARROW_FILE)
        }
        #[cfg(not(feature = "arrow"))]
        "feather" | "arrow" | "arrows" | "ipc" => ("an Arrow stream", python::ARROW_STREAM),
        "xlsx" | "xls" | "ods" => ("a spreadsheet", python::SPREADSHEET),
        "zip" | "gz" | "tar" | "tgz" | "bz2" | "xz" | "zst" => {
            let sentence = "is a packed file; unpack it first (.csv.gz, .tsv.gz, .txt.gz and .jsonl.gz are read as they are)";
            return Some(sentence.into());
        }
        _ => return None,
    };
    let name = path.to_string_lossy();
    Some(format!("is {kind}, which is not read; in Python: {}", python::line(line, &name)))
}

/// Whether a file is of a version of NetCDF before 4.
pub(super) fn is_netcdf_3(path: &Path) -> bool {
    begins(path).starts_with(b"CDF")
}

/// The first bytes of a file.
fn begins(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    // A file that cannot be read counts as empty; the error is reported when it is opened.
    let _ = File::open(path).and_then(|file| file.take(4096).read_to_end(&mut bytes));
    bytes
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}
