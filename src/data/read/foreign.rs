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
        "sav" | "zsav" => ("an SPSS file", python::SPSS),
        "xpt" => ("a SAS file", python::SAS),
        "lance" => ("a file of Lance", python::LANCE_FILE),
        "duckdb" => ("a database of DuckDB", python::DUCKDB),
        "kv" => ("a file of gensim", python::GENSIM),
        "rds" | "rda" | "rdata" => ("a file of R objects", python::R_DATA),
        "vortex" => ("a Vortex file", python::VORTEX),
        "arff" => ("an ARFF file", python::ARFF),
        "dta" => ("a Stata file", python::STATA),
        // A PyTorch file is a zip archive, or, of old, a pickle; others may be numbers without a header.
        "bin" if !matches!(begins(path).as_slice(), [b'P', b'K', ..] | [0x80, ..]) => {
            return by_content(path, features);
        }
        "pt" | "pth" | "bin" | "ckpt" => {
            ("a PyTorch file", if features { python::TORCH } else { python::TORCH_LABELS })
        }
        #[cfg(not(feature = "hdf5"))]
        "h5" | "hdf5" | "hdf" | "nc" => ("an HDF5 file", python::HDF5),
        #[cfg(not(feature = "hdf5"))]
        "h5ad" => ("an AnnData file", if features { python::H5AD } else { python::H5AD_LABELS }),
        "jld2" => ("a file of Julia's JLD2", python::MATLAB_HDF5),
        "mat" if begins(path).starts_with(b"MATLAB 7.3") || begins(path).starts_with(b"\x89HDF") => {
            ("a MATLAB file", python::MATLAB_HDF5)
        }
        "mat" => ("a MATLAB file", python::MATLAB),
        "pkl" | "pickle" | "p" if holds(&begins(path), b"pandas") => {
            ("a pickled table", python::PICKLED_FRAME)
        }
        "pkl" | "pickle" | "p" => ("a Python pickle", python::PICKLE),
        "joblib" => ("a joblib file", python::JOBLIB),
        #[cfg(not(feature = "arrow"))]
        "feather" | "arrow" | "arrows" | "ipc" if begins(path).starts_with(b"ARROW1") => {
            ("an Arrow file", python::ARROW_FILE)
        }
        #[cfg(not(feature = "arrow"))]
        "feather" | "arrow" | "arrows" | "ipc" => ("an Arrow stream", python::ARROW_STREAM),
        "xlsx" | "xls" | "xlsm" | "xlsb" | "ods" => {
            ("a spreadsheet (the line takes its first sheet)", python::SPREADSHEET)
        }
        _ if matches!(
            ending.rsplit('.').next(),
            Some("zip" | "gz" | "tar" | "tgz" | "bz2" | "xz" | "zst")
        ) =>
        {
            let sentence = "is a packed file; unpack it first (.csv.gz, .tsv.gz, .txt.gz and .jsonl.gz are read as they are)";
            return Some(sentence.into());
        }
        _ => return by_content(path, features),
    };
    Some(unread(kind, line, path))
}

fn unread(kind: &str, line: Line, path: &Path) -> String {
    format!("is {kind}, which is not read; in Python: {}", python::line(line, &path.to_string_lossy()))
}

/// One sentence for a file of another ending that is known by its first bytes; text that is not read has none.
fn by_content(path: &Path, features: bool) -> Option<String> {
    let bytes = begins(path);
    let known = |kind: &str, ending: &str| {
        Some(format!("holds {kind} under another ending; accepted is a name that ends in .{ending}"))
    };
    match bytes.as_slice() {
        [0x93, b'N', b'U', b'M', b'P', b'Y', ..] => return known("an array of numpy", "npy"),
        [b'P', b'A', b'R', b'1', ..] => return known("Parquet", "parquet"),
        [b'A', b'R', b'R', b'O', b'W', b'1', ..] => return known("Arrow", "arrow"),
        [0x89, b'H', b'D', b'F', ..] => return known("HDF5", "h5"),
        _ => {}
    }
    let (kind, line) = match bytes.as_slice() {
        [b'I', b'x', ..] if bytes.contains(&0) => ("an index of faiss", python::FAISS),
        [0xba, 0x16, 0x4f, 0x2f, ..] => ("a model of fastText", python::FASTTEXT),
        // A zip archive with a pickle, or a pickle.
        [b'P', b'K', ..] if holds(&bytes, b"data.pkl") => {
            ("a PyTorch file", if features { python::TORCH } else { python::TORCH_LABELS })
        }
        [0x80, 2..=5, ..] if holds(&bytes, b"joblib") => ("a joblib file", python::JOBLIB),
        [0x80, 2..=5, ..] => ("a Python pickle", python::PICKLE),
        _ if bytes.starts_with(b"SQLite format 3") => ("a database of SQLite", python::SQLITE),
        _ if is_word2vec(&bytes) => ("a file of word2vec", python::WORD2VEC),
        _ => return None,
    };
    Some(unread(kind, line, path))
}

/// Whether the first line has two whole numbers, those of words and of columns, and bytes that are no text follow.
fn is_word2vec(bytes: &[u8]) -> bool {
    let end = bytes.iter().position(|&b| b == b'\n').unwrap_or(0);
    let (first, rest) = bytes.split_at(end);
    let sizes =
        std::str::from_utf8(first).map(|line| line.split(' ').map(str::parse::<u64>).collect::<Vec<_>>());
    matches!(sizes.as_deref(), Ok([Ok(_), Ok(_)])) && rest.contains(&0)
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
