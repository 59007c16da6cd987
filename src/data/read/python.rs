//! The lines of Python that messages give: how a file that is not read becomes one that is.
//!
//! Each is a situation and a line with `FILE` for the file, `OUT` for the stem of the file that is written, `NAME` for a
//! column, and `KEY` and `VALUE` for fields of records. A script outside of this crate runs each against the library that
//! writes such files.

use std::path::Path;

/// (situation, line).
pub(super) type Line = (&'static str, &'static str);

pub(super) const OBJECTS: Line = (
    "npy, Python objects, each a list or array of numbers",
    "numpy.save('OUT.npy', numpy.stack(list(numpy.load('FILE', allow_pickle=True))).astype('float32'))",
);
pub(super) const OBJECT_LABELS: Line = (
    "npy, Python objects, each a text",
    "numpy.save('OUT.npy', numpy.load('FILE', allow_pickle=True).astype(str))",
);
pub(super) const BFLOAT16: Line =
    ("npy, bfloat16", "numpy.save('OUT.npy', numpy.load('FILE').view(ml_dtypes.bfloat16).astype('float32'))");
pub(super) const FLOAT8: Line = (
    "npy, float8",
    "numpy.save('OUT.npy', numpy.load('FILE').view(ml_dtypes.float8_e4m3fn).astype('float32'))",
);
pub(super) const PARQUET_MAP: Line = (
    "parquet, a column of maps from text to number",
    "numpy.save('OUT.npy', pandas.DataFrame([dict(m) for m in pandas.read_parquet('FILE')['NAME']]).to_numpy('float32'))",
);
pub(super) const PARQUET_PAIRS: Line = (
    "parquet, a column of lists of (text, number) records",
    "numpy.save('OUT.npy', pandas.DataFrame([{r['KEY']: r['VALUE'] for r in rows} for rows in \
     pandas.read_parquet('FILE')['NAME']]).to_numpy('float32'))",
);
#[cfg(feature = "parquet")]
pub(super) const PARQUET_JSON: Line = (
    "parquet, a column of JSON documents, each an object of numbers",
    "pandas.json_normalize([json.loads(d) for d in pandas.read_parquet('FILE')['NAME']]).to_parquet('OUT.parquet')",
);
pub(super) const SPARK_VECTORS: Line = (
    "parquet, vectors of Spark",
    "numpy.save('OUT.npy', numpy.stack([v['values'] if v['type'] else numpy.bincount(v['indices'], v['values'], int(v['size'])) \
     for v in pandas.read_parquet('FILE')['NAME']]))",
);
#[cfg(feature = "arrow")]
pub(super) const FEATHER_V1: Line =
    ("feather of version 1, a table", "pandas.read_feather('FILE').to_parquet('OUT.parquet')");
pub(super) const TORCH: Line =
    ("pt, a tensor of features", "numpy.save('OUT.npy', torch.load('FILE').detach().cpu().float().numpy())");
pub(super) const TORCH_LABELS: Line =
    ("pt, a tensor of labels", "numpy.save('OUT.npy', torch.load('FILE').detach().cpu().numpy())");
pub(super) const MATLAB: Line =
    ("mat before 7.3, a matrix", "numpy.save('OUT.npy', scipy.io.loadmat('FILE')['NAME'])");
pub(super) const MATLAB_HDF5: Line =
    ("mat 7.3, a matrix", "numpy.save('OUT.npy', h5py.File('FILE')['NAME'][:].T)");
pub(super) const PICKLED_FRAME: Line = (
    "pkl, a frame or series of pandas",
    "pandas.DataFrame(pandas.read_pickle('FILE')).rename(columns=str).to_parquet('OUT.parquet')",
);
pub(super) const PICKLE: Line =
    ("pkl, an array or list", "numpy.save('OUT.npy', numpy.asarray(pickle.load(open('FILE', 'rb'))))");
pub(super) const JOBLIB: Line =
    ("joblib, an array or list", "numpy.save('OUT.npy', numpy.asarray(joblib.load('FILE')))");
pub(super) const SPREADSHEET: Line =
    ("xlsx, a table", "pandas.read_excel('FILE').to_csv('OUT.csv', index=False)");
#[cfg(feature = "hdf5")]
pub(super) const HDF5_SPARSE: Line = (
    "h5, a sparse matrix without its layout and shape",
    "numpy.save('OUT.npy', scipy.sparse.csr_matrix(tuple(h5py.File('FILE')['NAME'][k][:] \
     for k in ('data', 'indices', 'indptr'))).toarray())",
);
#[cfg(not(feature = "hdf5"))]
pub(super) const HDF5: Line = ("h5, a dataset", "numpy.save('OUT.npy', h5py.File('FILE')['NAME'][:])");
#[cfg(not(feature = "hdf5"))]
pub(super) const H5AD: Line =
    ("h5ad, an embedding", "numpy.save('OUT.npy', anndata.read_h5ad('FILE').obsm['NAME'])");
#[cfg(not(feature = "hdf5"))]
pub(super) const H5AD_LABELS: Line =
    ("h5ad, a column of labels", "anndata.read_h5ad('FILE').obs['NAME'].to_csv('OUT.csv', index=False)");
#[cfg(not(feature = "arrow"))]
pub(super) const ARROW_FILE: Line = (
    "feather or arrow, a file",
    "pyarrow.parquet.write_table(pyarrow.ipc.open_file('FILE').read_all(), 'OUT.parquet')",
);
#[cfg(not(feature = "arrow"))]
pub(super) const ARROW_STREAM: Line = (
    "arrow, a stream, as datasets saves to disk",
    "pyarrow.parquet.write_table(pyarrow.ipc.open_stream('FILE').read_all(), 'OUT.parquet')",
);

/// The line for a file, with its name filled in.
pub(super) fn line((_, line): Line, name: &str) -> String {
    let path = Path::new(name);
    let file = path.file_name().map(|f| f.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = file.split('.').next().unwrap_or_default().to_owned();
    let ending = file.rsplit('.').next().unwrap_or_default();
    // The file itself is never written over.
    let stem = if line.contains(&format!("'OUT.{ending}'")) { stem + "-numbers" } else { stem };
    line.replace("FILE", &text(&file)).replace("OUT", &text(&stem))
}

/// The line for a column of a file.
pub(super) fn of_column(of: Line, name: &str, column: &str) -> String {
    line(of, name).replace("NAME", &text(column))
}

/// Inside of quotes of Python.
fn text(text: &str) -> String {
    crate::outside::text::plain(&text.replace('\\', "\\\\").replace('\'', "\\'"))
}
