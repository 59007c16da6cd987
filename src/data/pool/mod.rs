//! The pool: all labelled rows, with the eigenpairs of their covariance and whitened task coefficients (section 9.7).

mod available;
mod decomposition;
mod standardisation;
mod tasks;

use std::sync::Arc;

use faer::{Mat, MatRef};

use super::centred_rows::CentredRows;
use super::error::DataError;
use super::features::{Columns, Features};
use super::groups::{Candidate, Groups};
use super::leakage::{leakage, repeated};
use super::targets::Targets;
use crate::linalg::{Threads, product, scale_columns};
use available::AvailableCases;
use decomposition::Decomposition;
use standardisation::{Standardized, centre, is_indicator, is_rare, unresolved};

pub use available::TaskSet;
pub use tasks::{SMALLEST_TASK, TaskChoice, TaskSummary};

/// Progress callback: receives the fraction of the work done and returns whether to continue.
pub type Watch<'a> = &'a (dyn Fn(f64) -> bool + Sync);

/// Below this number of groups a warning says that standard errors over them are too small.
const FEW_GROUPS: usize = 12;

/// N rows of features and targets, with their covariance, coefficients and noise.
#[derive(Clone)]
pub struct Pool {
    rows: CentredRows,
    /// Number of rows that repeat an earlier one.
    repeated: usize,
    /// Whether most columns are indicators, with only two values.
    indicators: bool,
    /// Positions in the files of the rows in use.
    kept: Vec<usize>,
    groups: Option<Groups>,
    /// Groups by further columns of the files, with the names of file and column.
    beside: Vec<(String, Groups)>,
    means: Vec<f64>,
    /// 1/standard deviation of each column, with divisor N like scikit-learn's StandardScaler.
    column_scales: Vec<f64>,
    targets: Mat<f64>,
    /// Mean of each target in its own units.
    target_means: Vec<f64>,
    tasks: Vec<TaskSummary>,
    eigenvalues: Vec<f64>,
    coefficients: Mat<f64>,
    columns: Columns,
    /// Names of the columns of the file, if it has several.
    names: Option<Vec<String>>,
    /// Whether rows lack some target: another task has other rows.
    gaps: bool,
    /// Where rows of this pool lack some target: what a pool for each set of tasks with the same rows is made from.
    available: Option<Arc<AvailableCases>>,
    warnings: Vec<String>,
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (rows, dimension, rank) = (self.rows(), self.dimension(), self.rank());
        let tasks = self.tasks.len();
        write!(f, "Pool {{ rows: {rows}, dimension: {dimension}, rank: {rank}, tasks: {tasks} }}")
    }
}

impl Pool {
    /// Centres, decomposes and regresses. The work is the Gram matrix (min(N,p)²·max(N,p)) and one
    /// eigendecomposition of order min(N, p). Where rows lack some targets, a gap leaves out the pair of row and target:
    /// [`Pool::task_sets`].
    ///
    /// # Errors
    /// [`DataError::Input`] if features and targets have different numbers of rows, or nothing varies beyond
    /// rounding; [`DataError::Interrupted`] if `watch` returns false.
    pub fn new(features: Features, targets: Targets, watch: Watch<'_>) -> Result<Self, DataError> {
        let (features, targets) = features.common(targets)?;
        if targets.has_gaps() {
            return Self::with_gaps(features, targets, watch);
        }
        Self::decomposed(features, targets, watch)
    }

    /// The pool of features and targets of the same rows.
    fn decomposed(features: Features, targets: Targets, watch: Watch<'_>) -> Result<Self, DataError> {
        let leaks = leakage(&features, &targets);
        let Features { input, values: mut features, columns: kept, names, mut notes, .. } = features;
        let in_use = targets.labelled.clone().unwrap_or_else(|| (0..features.nrows()).collect());
        let rare = features.col_iter().filter(|column| is_rare(*column)).count();
        if rare > 0 {
            notes.push(format!(
                "{rare} of {} columns vary in one or two rows alone: their coefficients depend on those rows, and they distort the mean eigenvalue, the unit of the ridge",
                features.ncols()
            ));
        }
        let two_values = features.col_iter().filter(|column| is_indicator(*column)).count();
        let indicators = 2 * two_values > features.ncols();
        let means = features.col_iter_mut().map(centre).collect();
        let scales: Vec<f64> = features.col_iter().map(|column| column.norm_l2()).collect();
        notes.extend(unresolved(features.as_ref(), &scales, &kept, names.as_deref()));
        let unit = (features.nrows() as f64).sqrt();
        let column_scales = scales.iter().map(|length| unit / length).collect();
        let repeated = repeated(features.as_ref());
        let Standardized { values: standardized, means: target_means, deviations } =
            Standardized::new(&targets)?;
        let go_on = |done: f64| if watch(done) { Ok(()) } else { Err(DataError::Interrupted) };
        let Decomposition { rows, eigenvalues, coefficients } =
            Decomposition::new(&input, features, &standardized, &go_on)?;

        let mut pool = Self {
            rows,
            repeated,
            indicators,
            kept: in_use,
            groups: None,
            beside: Vec::new(),
            means,
            column_scales,
            targets: standardized,
            target_means,
            tasks: Vec::new(),
            eigenvalues,
            coefficients,
            columns: kept,
            names,
            gaps: targets.gaps,
            available: None,
            warnings: [notes, targets.notes, leaks].concat(),
        };
        pool.summarize(targets.names, targets.sizes.as_deref(), deviations);
        go_on(1.0)?;
        Ok(pool)
    }

    /// Checks that there are enough rows for the plain spectrum and for least squares on all directions
    /// (section 9.7).
    ///
    /// # Errors
    /// [`DataError::Input`] if N ≤ r + 1.
    pub fn spectral(&self) -> Result<(), DataError> {
        let (rows, rank) = (self.rows(), self.rank());
        if rows > rank + 1 {
            return Ok(());
        }
        Err(DataError::input(
            "features made from the tasks",
            format!(
                "{rows} labelled rows are too few for {} features: at least {} are needed; raw, whitened, pca and \
                 exponents of the covariates work with any number",
                self.dimension(),
                self.dimension() + 2
            ),
        ))
    }

    /// Number of rows N.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows.coordinates().nrows()
    }

    /// Dimension p.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.rows.coordinates().ncols()
    }

    /// Which columns of the file the features are.
    #[must_use]
    pub const fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Rank r: the number of eigenvalues of Σ̂ above 1e-10 of the largest.
    #[must_use]
    pub fn rank(&self) -> usize {
        self.eigenvalues.len()
    }

    /// Eigenvalues of Σ̂ = XᵀX/N, decreasing, in the units of the features (r of them).
    #[must_use]
    pub fn eigenvalues(&self) -> &[f64] {
        &self.eigenvalues
    }

    /// Eigenvectors of Σ̂, p×r.
    pub(crate) fn basis(&self) -> MatRef<'_, f64> {
        self.rows.basis()
    }

    /// z, r×T: whitened least-squares coefficients of each task in the eigenbasis.
    pub(crate) fn coefficients(&self) -> MatRef<'_, f64> {
        self.coefficients.as_ref()
    }

    /// U, N×r: the centred rows in the basis, columns normalised to length 1.
    pub(crate) fn left(&self) -> MatRef<'_, f64> {
        self.rows.left()
    }

    /// Lengths of these columns before normalisation.
    pub(crate) fn lengths(&self) -> &[f64] {
        self.rows.lengths()
    }

    /// The centred rows X in the stored coordinates, N×p; see [`Pool::within`].
    pub(crate) fn coordinates(&self) -> MatRef<'_, f64> {
        self.rows.coordinates()
    }

    /// B (p×k) in the stored coordinates: XB is [`Pool::coordinates`] times the result.
    pub(crate) fn within(&self, b: MatRef<'_, f64>) -> Mat<f64> {
        self.rows.within(b)
    }

    /// The mapped rows XB, N×k.
    pub(crate) fn mapped(&self, b: MatRef<'_, f64>) -> Mat<f64> {
        product(self.coordinates(), self.within(b).as_ref(), Threads::All)
    }

    /// 1/standard deviation of each column, with divisor N like scikit-learn's StandardScaler.
    pub(crate) fn column_scales(&self) -> &[f64] {
        &self.column_scales
    }

    /// Centred features with every column scaled to unit variance, N×p; columns too small beside others to count in the
    /// rank included.
    pub(crate) fn standardised(&self) -> Mat<f64> {
        let mut scaled = self.features();
        scale_columns(scaled.as_mut(), &self.column_scales);
        scaled
    }

    /// A copy of the centred features X, N×p.
    pub(crate) fn features(&self) -> Mat<f64> {
        self.mapped(Mat::<f64>::identity(self.dimension(), self.dimension()).as_ref())
    }

    /// Number of rows that repeat an earlier one in every feature.
    #[must_use]
    pub const fn repeated(&self) -> usize {
        self.repeated
    }

    /// Whether most columns are indicators. Such rows are far from Gaussian, and nearly ridgeless fits with about as
    /// many rows as directions differ from the theory.
    #[must_use]
    pub(super) const fn has_indicators(&self) -> bool {
        self.indicators
    }

    /// The pool with groups of rows that are left out together, from the group of each row of the files.
    ///
    /// # Errors
    /// [`DataError::Input`] naming a row without a group, or if there are too few groups.
    pub fn grouped(mut self, input: &str, groups: &[Option<String>]) -> Result<Self, DataError> {
        let groups_of_rows = Groups::new(input, groups, &self.kept)?;
        if groups_of_rows.count() < FEW_GROUPS {
            self.warnings.push(format!(
                "{input}: with {} groups the standard errors over them are too small (with 6 groups by about a third)",
                groups_of_rows.count()
            ));
        }
        self.groups = Some(groups_of_rows);
        self.available = self.available.map(|available| available.grouped(input, groups));
        Ok(self)
    }

    /// Stores those of these columns whose values repeat, as candidate groups.
    pub(super) fn beside(mut self, columns: &[Candidate]) -> Self {
        let of = |column: &Candidate| Some((column.name.clone(), Groups::repeating(column, &self.kept)?));
        self.beside = columns.iter().filter_map(of).collect();
        self.available = self.available.map(|available| available.beside(columns));
        self
    }

    /// Candidate groups by further columns of the files: file and column, and the groups.
    pub(super) fn groups_beside(&self) -> &[(String, Groups)] {
        &self.beside
    }

    /// Groups of dependent rows, if they were given.
    #[must_use]
    pub const fn groups(&self) -> Option<&Groups> {
        self.groups.as_ref()
    }

    /// Mean of each feature, which was subtracted.
    #[must_use]
    pub fn means(&self) -> &[f64] {
        &self.means
    }

    /// Names of the columns of the file, if it has several.
    pub(super) fn names(&self) -> Option<&[String]> {
        self.names.as_deref()
    }

    /// Mean of each target, which was subtracted.
    pub(crate) fn target_means(&self) -> &[f64] {
        &self.target_means
    }

    /// Targets centred and scaled to unit variance, N×T.
    pub(crate) fn targets(&self) -> MatRef<'_, f64> {
        self.targets.as_ref()
    }

    /// Warnings about the data, one plain sentence each.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Whether some rows have only some of the targets; the rows in use then depend on the task.
    #[must_use]
    pub const fn has_gaps(&self) -> bool {
        self.gaps
    }
}
