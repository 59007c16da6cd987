//! Lines of Python shown in messages that convert an unsupported file to a supported one.
//!
//! Each is a situation and a line with `FILE` for the file, `OUT` for the stem of the output file, `NAME` for a
//! column, and `KEY` and `VALUE` for record fields. A script outside of this crate runs each against the library that
//! writes such files.

use std::path::Path;

/// A situation, and the line of Python for it.
pub(super) type Line = (&'static str, &'static str);

pub(super) const OBJECTS: Line = (
    "npy, Python objects, each a list or array of numbers",
    "numpy.save('OUT.npy', numpy.stack(list(numpy.load('FILE', allow_pickle=True))).astype('float32'))",
);
pub(super) const OBJECT_LABELS: Line = (
    "npy, Python objects, each a text",
    "numpy.save('OUT.npy', numpy.load('FILE', allow_pickle=True).astype(str))",
);
pub(super) const NPZ_OBJECTS: Line = (
    "npz, Python objects, each a list or array of numbers",
    "numpy.save('OUT.npy', numpy.stack(list(numpy.load('FILE', allow_pickle=True)['NAME'])).astype('float32'))",
);
pub(super) const NPZ_OBJECT_LABELS: Line = (
    "npz, Python objects, each a text",
    "numpy.save('OUT.npy', numpy.load('FILE', allow_pickle=True)['NAME'].astype(str))",
);
pub(super) const SCIPY_SPARSE: Line =
    ("npz, a sparse matrix of scipy", "numpy.save('OUT.npy', scipy.sparse.load_npz('FILE').toarray())");
pub(super) const RECORDS: Line =
    ("npy, a table of records", "pandas.DataFrame(numpy.load('FILE')).to_parquet('OUT.parquet')");
pub(super) const NPZ_RECORDS: Line =
    ("npz, a table of records", "pandas.DataFrame(numpy.load('FILE')['NAME']).to_parquet('OUT.parquet')");
pub(super) const RECORD_VECTORS: Line =
    ("npy, records with a field of vectors", "numpy.save('OUT.npy', numpy.load('FILE')['KEY'])");
pub(super) const NPZ_RECORD_VECTORS: Line =
    ("npz, records with a field of vectors", "numpy.save('OUT.npy', numpy.load('FILE')['NAME']['KEY'])");
pub(super) const COMPLEX: Line = (
    "npy, complex numbers",
    "numpy.save('OUT.npy', numpy.hstack([part(numpy.load('FILE')) for part in (numpy.real, numpy.imag)]))",
);
pub(super) const NPZ_COMPLEX: Line = (
    "npz, complex numbers",
    "numpy.save('OUT.npy', numpy.hstack([part(numpy.load('FILE')['NAME']) for part in (numpy.real, numpy.imag)]))",
);
pub(super) const DUMPED: Line = (
    "npy, a pickled array, in which masked numbers are missing",
    "numpy.save('OUT.npy', numpy.ma.filled(numpy.load('FILE', allow_pickle=True).astype('float64'), numpy.nan))",
);
pub(super) const LONG_DOUBLES: Line =
    ("npy, floats of 80 or 128 bits", "numpy.save('OUT.npy', numpy.load('FILE').astype('float64'))");
pub(super) const NPZ_LONG_DOUBLES: Line =
    ("npz, floats of 80 or 128 bits", "numpy.save('OUT.npy', numpy.load('FILE')['NAME'].astype('float64'))");
pub(super) const BFLOAT16: Line =
    ("npy, bfloat16", "numpy.save('OUT.npy', numpy.load('FILE').view(ml_dtypes.bfloat16).astype('float32'))");
pub(super) const NPZ_BFLOAT16: Line = (
    "npz, bfloat16",
    "numpy.save('OUT.npy', numpy.load('FILE')['NAME'].view(ml_dtypes.bfloat16).astype('float32'))",
);
pub(super) const NPZ_FLOAT8: Line = (
    "npz, float8",
    "numpy.save('OUT.npy', numpy.load('FILE')['NAME'].view(ml_dtypes.float8_e4m3fn).astype('float32'))",
);
pub(super) const FLOAT8: Line = (
    "npy, float8",
    "numpy.save('OUT.npy', numpy.load('FILE').view(ml_dtypes.float8_e4m3fn).astype('float32'))",
);
#[cfg(feature = "parquet")]
pub(super) const PARQUET_DECIMALS: Line = (
    "parquet, decimals of more than 38 digits",
    "numpy.save('OUT.npy', numpy.array(pandas.read_parquet('FILE')['NAME'].tolist(), dtype='float64'))",
);
#[cfg(feature = "arrow")]
pub(super) const ARROW_VALUES: Line = (
    "feather or arrow, a file with a column of a type that is not read",
    "pandas.DataFrame({'NAME': pyarrow.ipc.open_file('FILE').read_all()['NAME'].to_pylist()}).to_parquet('OUT.parquet')",
);
#[cfg(feature = "arrow")]
pub(super) const ARROW_STREAM_VALUES: Line = (
    "arrow, a stream with a column of a type that is not read",
    "pandas.DataFrame({'NAME': pyarrow.ipc.open_stream('FILE').read_all()['NAME'].to_pylist()}).to_parquet('OUT.parquet')",
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
pub(super) const PARQUET_CODEC: Line = (
    "parquet, packed by brotli",
    "pyarrow.parquet.write_table(pyarrow.parquet.read_table('FILE'), 'OUT.parquet')",
);
#[cfg(feature = "parquet")]
pub(super) const PARQUET_JSON: Line = (
    "parquet, a column of JSON documents, each an object of numbers",
    "pandas.json_normalize([json.loads(d) for d in pandas.read_parquet('FILE')['NAME']]).to_parquet('OUT.parquet')",
);
#[cfg(feature = "parquet")]
pub(super) const PARQUET_VARIANT: Line = (
    "parquet, a column of VARIANT, each a list of numbers",
    "duckdb.read_parquet('FILE').project('\"NAME\"::FLOAT[] AS \"NAME\"').write_parquet('OUT.parquet')",
);
pub(super) const SPARK_VECTORS: Line = (
    "parquet, vectors of Spark",
    "numpy.save('OUT.npy', numpy.stack([v['values'] if v['type'] else numpy.bincount(v['indices'], v['values'], int(v['size'])) \
     for v in pandas.read_parquet('FILE')['NAME']]))",
);
#[cfg(feature = "arrow")]
pub(super) const FEATHER_V1: Line =
    ("feather of version 1, a table", "pandas.read_feather('FILE').to_parquet('OUT.parquet')");
pub(super) const NETCDF: Line =
    ("nc, of version 3", "numpy.save('OUT.npy', xarray.open_dataset('FILE')['NAME'].to_numpy())");
pub(super) const AVRO: Line = (
    "avro, records with vectors and labels",
    "pandas.DataFrame(fastavro.reader(open('FILE', 'rb'))).to_parquet('OUT.parquet')",
);
pub(super) const ARFF: Line = (
    "arff, dense rows",
    "pandas.DataFrame((a := arff.load(open('FILE')))['data'], columns=[n for n, _ in a['attributes']]).to_parquet('OUT.parquet')",
);
pub(super) const MATRIX_MARKET: Line = (
    "mtx, dense or sparse",
    "numpy.save('OUT.npy', scipy.sparse.coo_array(scipy.io.mmread('FILE')).toarray())",
);
pub(super) const STATA: Line = ("dta, a table", "pandas.read_stata('FILE').to_csv('OUT.csv', index=False)");
pub(super) const ORC: Line = ("orc, a table", "pandas.read_orc('FILE').to_parquet('OUT.parquet')");
pub(super) const SPSS: Line = ("sav, a table", "pandas.read_spss('FILE').to_csv('OUT.csv', index=False)");
pub(super) const SAS: Line =
    ("xpt, a table", "pyreadstat.read_xport('FILE')[0].to_csv('OUT.csv', index=False)");
pub(super) const SQLITE: Line = (
    "sqlite, a table of numbers and texts",
    "pandas.read_sql('SELECT * FROM NAME', sqlite3.connect('FILE')).to_parquet('OUT.parquet')",
);
pub(super) const DUCKDB: Line = (
    "duckdb, a table",
    "duckdb.connect('FILE', read_only=True).sql('SELECT * FROM NAME').write_parquet('OUT.parquet')",
);
pub(super) const GENSIM: Line = (
    "kv, vectors of words saved by gensim",
    "gensim.models.KeyedVectors.load('FILE').save_word2vec_format('OUT.txt')",
);
pub(super) const WORD2VEC: Line = (
    "bin, vectors of words in the binary format of word2vec",
    "gensim.models.KeyedVectors.load_word2vec_format('FILE', binary=True).save_word2vec_format('OUT.txt')",
);
pub(super) const FASTTEXT: Line = (
    "bin, a model of fastText",
    "gensim.models.fasttext.load_facebook_vectors('FILE').save_word2vec_format('OUT.txt')",
);
pub(super) const FAISS: Line = (
    "faiss, an index that keeps its vectors",
    "numpy.save('OUT.npy', (i := faiss.read_index('FILE')).reconstruct_n(0, i.ntotal))",
);
pub(super) const R_DATA: Line = (
    "rds, or an rda with one data frame",
    "next(iter(pyreadr.read_r('FILE').values())).to_parquet('OUT.parquet')",
);
pub(super) const DECIMAL_COMMAS: Line = (
    "csv, numbers with a decimal comma",
    "pandas.read_csv('FILE', sep=';', decimal=',').to_csv('OUT.csv', index=False)",
);
pub(super) const JSON_ROWS: Line = (
    "json, an object whose keys are those of rows",
    "numpy.save('OUT.npy', pandas.DataFrame(json.load(open('FILE'))).T.to_numpy())",
);
pub(super) const JSON_COLUMNS: Line = (
    "json, an object whose keys are those of columns",
    "numpy.save('OUT.npy', pandas.DataFrame(json.load(open('FILE'))).to_numpy())",
);
pub(super) const JSON_LISTS: Line = (
    "json, an object of vectors by their identifiers",
    "pandas.Series(json.load(open('FILE')), name='embedding').rename_axis('id').reset_index().to_parquet('OUT.parquet')",
);
pub(super) const BASE64_LINES: Line = (
    "jsonl, a column of vectors in base64",
    "numpy.save('OUT.npy', numpy.stack([numpy.frombuffer(base64.b64decode(t), 'float32') for t in \
     pandas.read_json('FILE', lines=True)['NAME']]))",
);
pub(super) const BASE64_TABLE: Line = (
    "csv, a column of vectors in base64",
    "numpy.save('OUT.npy', numpy.stack([numpy.frombuffer(base64.b64decode(t), 'float32') for t in \
     pandas.read_csv('FILE')['NAME']]))",
);
#[cfg(feature = "parquet")]
pub(super) const BASE64_PARQUET: Line = (
    "parquet, a column of vectors in base64",
    "numpy.save('OUT.npy', numpy.stack([numpy.frombuffer(base64.b64decode(t), 'float32') for t in \
     pandas.read_parquet('FILE')['NAME']]))",
);
#[cfg(feature = "parquet")]
pub(super) const BYTES_PARQUET: Line = (
    "parquet, a column of vectors as bytes",
    "numpy.save('OUT.npy', numpy.stack([numpy.frombuffer(b, 'float32') for b in pandas.read_parquet('FILE')['NAME']]))",
);
#[cfg(feature = "arrow")]
pub(super) const BYTES_FEATHER: Line = (
    "feather, a column of vectors as bytes",
    "numpy.save('OUT.npy', numpy.stack([numpy.frombuffer(b, 'float32') for b in pandas.read_feather('FILE')['NAME']]))",
);
pub(super) const DELTA: Line =
    ("a folder of Delta Lake", "deltalake.DeltaTable('FILE').to_pandas().to_parquet('OUT.parquet')");
pub(super) const ICEBERG: Line = (
    "a folder of Iceberg",
    "pyiceberg.table.StaticTable.from_metadata('FILE/metadata/NAME.metadata.json').scan().to_pandas().to_parquet('OUT.parquet')",
);
pub(super) const LANCE: Line =
    ("a folder of Lance", "pyarrow.parquet.write_table(lance.dataset('FILE').to_table(), 'OUT.parquet')");
pub(super) const LANCE_FILE: Line = (
    "lance, a single file",
    "pyarrow.parquet.write_table(lance.file.LanceFileReader('FILE').read_all().to_table(), 'OUT.parquet')",
);
pub(super) const VORTEX: Line = (
    "vortex, a table",
    "pyarrow.parquet.write_table(vortex.open('FILE').scan().read_all().to_arrow_table(), 'OUT.parquet')",
);
pub(super) const ZARR: Line = ("zarr, an array", "numpy.save('OUT.npy', zarr.open('FILE')[:])");
pub(super) const ZARR_GROUP: Line =
    ("zarr, an array of a group", "numpy.save('OUT.npy', zarr.open('FILE')['NAME'][:])");
pub(super) const ZARR_CELLS: Line =
    ("zarr, cells of AnnData", "anndata.read_zarr('FILE').write_h5ad('OUT.h5ad')");
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
pub(super) const HDF5_PACKED: Line = (
    "h5, a dataset packed by a filter of hdf5plugin",
    "import hdf5plugin; numpy.save('OUT.npy', h5py.File('FILE')['NAME'][:])",
);
#[cfg(feature = "hdf5")]
pub(super) const HDF5_PANDAS: Line =
    ("h5, a data frame of pandas", "pandas.read_hdf('FILE', 'NAME').to_parquet('OUT.parquet')");
#[cfg(feature = "hdf5")]
pub(super) const HDF5_SPARSE: Line = (
    "h5, a sparse matrix without its layout and shape",
    "numpy.save('OUT.npy', scipy.sparse.csr_matrix(tuple(h5py.File('FILE')['NAME'][k][:] \
     for k in ('data', 'indices', 'indptr'))).toarray())",
);
pub(super) const HDF5: Line = (
    "h5, a dataset of numbers, or of lists of one length",
    "numpy.save('OUT.npy', numpy.stack(h5py.File('FILE')['NAME'][:]).astype('float64'))",
);
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

/// The line for a file with its path filled in; the output is next to it.
pub(super) fn line(of: Line, name: &str) -> String {
    with(of, name, &[])
}

/// The line for a column of a file.
pub(super) fn of_column(of: Line, name: &str, column: &str) -> String {
    with(of, name, &[("NAME", column)])
}

/// The line for a file with names of its columns and fields filled in, each for its word.
pub(super) fn with((_, line): Line, name: &str, names: &[(&str, &str)]) -> String {
    let (path, _) = super::split(Path::new(name));
    let file = path.file_name().map(|f| f.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = file.split('.').next().unwrap_or_default().to_owned();
    let ending = file.rsplit('.').next().unwrap_or_default();
    let folder = path.parent().unwrap_or(Path::new("")).join("").to_string_lossy().into_owned();
    let within = |name: &str| text(&format!("{folder}{name}"));
    // The file itself is never overwritten.
    let stem = if line.contains(&format!("'OUT.{ending}'")) { stem + "-numbers" } else { stem };
    let mut words = vec![("FILE", within(&file)), ("OUT", within(&stem))];
    words.extend(names.iter().map(|(word, name)| (*word, text(name))));
    let (mut filled, mut rest) = (String::new(), line);
    // From left to right, as a name may contain one of the words.
    while let Some((before, after, value)) = words
        .iter()
        .filter_map(|(word, value)| rest.split_once(word).map(|(before, after)| (before, after, value)))
        .min_by_key(|(before, ..)| before.len())
    {
        filled.push_str(before);
        filled.push_str(value);
        rest = after;
    }
    filled + rest
}

/// The line for an array: of a file with one array, or of an archive with several, whose name ends in a colon and the
/// array's name.
pub(super) fn of_array(of_one: Line, of_several: Line, name: &str) -> String {
    of_field(of_one, of_several, name, "")
}

/// The line for a field of an array of records, of a file with one array or of an archive.
pub(super) fn of_field(of_one: Line, of_several: Line, name: &str, field: &str) -> String {
    match super::split(Path::new(name)) {
        (path, Some(member)) if super::ending(&path) == "npz" => {
            with(of_several, name, &[("NAME", &member), ("KEY", field)])
        }
        _ => with(of_one, name, &[("KEY", field)]),
    }
}

/// Escapes a text for Python quotes.
fn text(text: &str) -> String {
    crate::outside::text::plain(&text.replace('\\', "\\\\").replace('\'', "\\'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_lines_name_the_file_and_the_array() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        std::fs::write(path("x.npz"), "").unwrap();
        std::fs::write(path("m.parquet"), "").unwrap();
        let (npz, parquet) = (path("x.npz"), path("m.parquet"));
        let line = of_array(RECORDS, NPZ_RECORDS, &format!("{npz}:arr_0"));
        assert!(line.starts_with(&format!("pandas.DataFrame(numpy.load('{npz}')['arr_0'])")), "{line}");
        assert!(line.ends_with(&format!("'{}')", path("x.parquet"))), "{line}");
        let line = of_column(PARQUET_MAP, &format!("{parquet}:m"), "m");
        assert!(line.contains(&format!("pandas.read_parquet('{parquet}')['m']")), "{line}");
        let line = super::line(OBJECTS, &path("y.npy"));
        assert!(line.starts_with(&format!("numpy.save('{}'", path("y-numbers.npy"))), "{line}");
        // Names that contain the words of the line.
        let line = of_column(PARQUET_MAP, "OUT/NAME.parquet", "FILE");
        assert!(
            line.contains("numpy.save('OUT/NAME.npy'") && line.contains("('OUT/NAME.parquet')['FILE']"),
            "{line}"
        );
    }
}
