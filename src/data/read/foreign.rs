//! Kinds of file that are not read, and the line of Python that turns them into one that is.

use std::path::Path;

use super::Role;

/// One sentence for a file known by its ending.
pub(super) fn sentence(path: &Path, ending: &str, role: Role) -> Option<String> {
    let (kind, load) = match ending {
        "pt" | "pth" | "bin" | "ckpt" => ("a PyTorch file", "torch.load(FILE).detach().cpu().numpy()"),
        "h5" | "hdf5" | "hdf" => ("an HDF5 file", "h5py.File(FILE)['NAME'][:]"),
        "mat" => ("a MATLAB file", "scipy.io.loadmat(FILE)['NAME']"),
        "pkl" | "pickle" => ("a Python pickle", "numpy.asarray(pickle.load(open(FILE, 'rb')))"),
        "joblib" => ("a joblib file", "numpy.asarray(joblib.load(FILE))"),
        "feather" | "arrow" | "ipc" => ("an Arrow file", "numpy.stack(pandas.read_feather(FILE)['NAME'])"),
        "xlsx" | "xls" | "ods" => ("a spreadsheet", "pandas.read_excel(FILE).to_numpy()"),
        "json" => ("a JSON file", "numpy.asarray(json.load(open(FILE)))"),
        "zip" | "gz" | "tar" | "tgz" | "bz2" | "xz" | "zst" => {
            return Some("is a packed file; unpack it first (.csv.gz, .tsv.gz, .txt.gz and .jsonl.gz are read as they are)".into());
        }
        _ => return None,
    };
    let stem =
        path.file_stem().map(|s| crate::outside::text::plain(&s.to_string_lossy())).unwrap_or_default();
    let file =
        path.file_name().map(|s| crate::outside::text::plain(&s.to_string_lossy())).unwrap_or_default();
    let load = load.replace("FILE", &format!("'{file}'"));
    let load = if role == Role::Targets { load } else { format!("{load}.astype('float32')") };
    Some(format!("is {kind}, which is not read; in Python: numpy.save('{stem}.npy', {load})"))
}
