//! The pool: all measured rows, as covariance eigenpairs and whitened task coefficients (section 9.7).

use faer::{Mat, MatRef};

use super::centred_rows::CentredRows;
use super::error::{DataError, listed, quoted};
use super::features::{Columns, Features};
use super::groups::{Candidate, Groups};
use super::leakage::{leakage, repeated};
use super::targets::Targets;
use crate::linalg::{Threads, add_gram, eigen, orthonormal, product, scale_columns, scale_rows};
use crate::outside::memory;

/// Eigenvalues below this share of the largest are rounding: not part of the rank.
const RANK: f64 = 1e-10;
/// Classes with fewer rows are left out of the ensemble of tasks.
pub const SMALLEST_TASK: usize = 20;
/// Rows between two looks at the watcher.
const BLOCK: usize = 4096;

/// Called with the share of the work done; returns whether to go on.
pub type Watch<'a> = &'a (dyn Fn(f64) -> bool + Sync);

/// One task of the pool. Energies are in units of the target's variance: risk 1 predicts the mean.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskSummary {
    /// The class or the column, as the file has it.
    pub name: String,
    /// Rows of the class; `None` for a numeric target.
    pub class_size: Option<usize>,
    /// σ̂² = RSS/(N − r); NaN where N ≤ r + 1.
    pub noise: f64,
    /// Σ (zᵢ² − σ̂²/N) = 1 − σ̂²; negative where the features explain nothing.
    pub signal: f64,
    /// Standard deviation of the target on the rows, in the units of the target.
    pub deviation: f64,
}

/// A task by position, or the mean over all tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TaskChoice {
    /// The mean of the risks of all tasks.
    Mean,
    /// One task, by its position in [`Pool::tasks`].
    Task(usize),
}

/// N rows of features and targets: their covariance, coefficients and noise.
#[derive(Clone)]
pub struct Pool {
    rows: CentredRows,
    /// How many of them repeat an earlier one.
    repeated: usize,
    /// Positions in the files of the rows in use.
    kept: Vec<usize>,
    groups: Option<Groups>,
    /// Groups by columns beside features and targets, by the name of the file and the column.
    beside: Vec<(String, Groups)>,
    means: Vec<f64>,
    targets: Mat<f64>,
    /// Mean of each target, in its units.
    target_means: Vec<f64>,
    tasks: Vec<TaskSummary>,
    eigenvalues: Vec<f64>,
    coefficients: Mat<f64>,
    columns: Columns,
    /// Names of the columns of the file, where it has several.
    names: Option<Vec<String>>,
    /// Whether rows were left out because they lack some target: another task has other rows.
    gaps: bool,
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
    /// eigendecomposition of order min(N, p).
    ///
    /// # Errors
    /// [`DataError::Input`] when the rows of both differ, or nothing varies beyond rounding;
    /// [`DataError::Interrupted`] when `watch` returns false.
    pub fn new(features: Features, targets: Targets, watch: Watch<'_>) -> Result<Self, DataError> {
        let (features, targets) = features.common(targets.complete()?)?;
        let leaks = leakage(&features, &targets);
        let Features { input, values: mut features, columns: kept, names, mut notes, .. } = features;
        let (rows, columns) = (features.nrows(), features.ncols());
        let in_use = targets.labelled.clone().unwrap_or_else(|| (0..rows).collect());
        let rare = features.col_iter().filter(|column| is_rare(*column)).count();
        if rare > 0 {
            notes.push(format!(
                "{rare} of {columns} columns vary in one or two rows alone: what they add is told by single rows, and a \
                 ridge in units of the mean eigenvalue means less the more of them there are"
            ));
        }
        let means = features.col_iter_mut().map(centre).collect();
        let repeated = repeated(features.as_ref());
        let Standardized { values: standardized, means: target_means, deviations } = standardize(&targets)?;
        let go_on = |done: f64| if watch(done) { Ok(()) } else { Err(DataError::Interrupted) };

        let failed = |_| DataError::input(&input, "the covariance could not be decomposed");
        let wide = rows < columns;
        // The Gram matrix, its eigenvectors, and what finding them takes; of fewer rows than features also their directions,
        // as they are made orthonormal.
        let (order, other) = (rows.min(columns) as u64, if wide { columns as u64 } else { 0 });
        let needed = order.saturating_mul(32 * order + 24 * other);
        memory::fits(needed).map_err(|why| {
            let what = format!("is {rows} rows of {columns} features, to decompose which would {why}");
            DataError::input(&input, format!("{what}; accepted are fewer rows or columns"))
        })?;
        let gram = if wide { gram(features.transpose(), &go_on)? } else { gram(features.as_ref(), &go_on)? };
        go_on(0.5)?;
        let decomposed = eigen(gram.as_ref(), Threads::All).map_err(failed)?;
        go_on(0.9)?;
        let mut eigenvalues: Vec<f64> = decomposed.values.iter().map(|s| s / rows as f64).collect();
        let largest = eigenvalues.first().copied().unwrap_or(0.0);
        let rank = eigenvalues.iter().take_while(|&&s| s > RANK * largest).count();
        eigenvalues.truncate(rank);
        if rank == 0 || largest < f64::MIN_POSITIVE {
            return Err(DataError::input(
                input,
                "the features vary too little to be told apart from rounding",
            ));
        }
        let times = |a: MatRef<'_, f64>, b: &Mat<f64>| product(a, b.as_ref(), Threads::All);
        let (rows, coefficients) = if wide {
            // XXᵀ = N V s Vᵀ: z = Vᵀy/√N, and u = Xᵀv/√(Ns) made orthonormal to the last digit.
            let top = decomposed.vectors.get(.., ..rank).to_owned();
            let mut z = times(top.transpose(), &standardized);
            scale_rows(z.as_mut(), &vec![(rows as f64).sqrt().recip(); rank]);
            let basis = orthonormal(times(features.transpose(), &top), Threads::All).map_err(failed)?;
            (CentredRows::plain(features, basis), z)
        } else {
            let count = rows as f64;
            let turning = |done: f64| go_on(0.9 + 0.1 * done);
            let rows = CentredRows::rotated(features, decomposed.vectors, rank, &turning)?;
            let mut z = times(rows.left().transpose(), &standardized);
            // Xv has length √(Ns).
            let scales =
                rows.lengths().iter().zip(&eigenvalues).map(|(length, s)| length / (count * s.sqrt()));
            scale_rows(z.as_mut(), &scales.collect::<Vec<_>>());
            (rows, z)
        };

        let mut pool = Self {
            rows,
            repeated,
            kept: in_use,
            groups: None,
            beside: Vec::new(),
            means,
            targets: standardized,
            target_means,
            tasks: Vec::new(),
            eigenvalues,
            coefficients,
            columns: kept,
            names,
            gaps: targets.gaps,
            warnings: [notes, targets.notes, leaks].concat(),
        };
        pool.summarize(targets.names, targets.sizes, &deviations);
        go_on(1.0)?;
        Ok(pool)
    }

    /// Least squares a task: RSS = N(1 − Σ z²), σ̂² = RSS/(N − r); NaN where there is no residual.
    fn summarize(&mut self, names: Vec<String>, sizes: Option<Vec<usize>>, deviations: &[f64]) {
        let (rows, rank) = (self.rows(), self.rank());
        for (t, (name, z)) in names.into_iter().zip(self.coefficients.col_iter()).enumerate() {
            let explained = z.iter().map(|z| z * z).sum::<f64>().min(1.0);
            let noise = if rows > rank + 1 {
                (1.0 - explained) * rows as f64 / (rows - rank) as f64
            } else {
                f64::NAN
            };
            let class_size = sizes.as_ref().and_then(|s| s.get(t).copied());
            let deviation = deviations.get(t).copied().unwrap_or(f64::NAN);
            self.tasks.push(TaskSummary { name, class_size, noise, signal: 1.0 - noise, deviation });
        }
    }

    /// Which classes are too small to be tasks of the ensemble, in one sentence: for those who ask for it.
    #[must_use]
    pub fn too_small(&self) -> Option<String> {
        let small = self.tasks.iter().filter(|t| t.class_size.is_some_and(|s| s < SMALLEST_TASK));
        let names: Vec<&str> = small.map(|t| t.name.as_str()).collect();
        (!names.is_empty()).then(|| {
            let which = listed(names.into_iter());
            format!(
                "classes of fewer than {SMALLEST_TASK} rows are not used as tasks of the ensemble: {which}"
            )
        })
    }

    /// Refuses pools with too few rows for the plain spectrum and for least squares on all directions (section 9.7).
    ///
    /// # Errors
    /// [`DataError::Input`] where N ≤ r + 1.
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

    /// N.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows.coordinates().nrows()
    }

    /// p.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.rows.coordinates().ncols()
    }

    /// Which columns of the file the features are.
    #[must_use]
    pub const fn columns(&self) -> &Columns {
        &self.columns
    }

    /// r, the number of eigenvalues of Σ̂ above 1e-10 of the largest.
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

    /// U, N×r: the centred rows along the basis, columns of length 1.
    pub(crate) fn left(&self) -> MatRef<'_, f64> {
        self.rows.left()
    }

    /// The lengths of these columns before.
    pub(crate) fn lengths(&self) -> &[f64] {
        self.rows.lengths()
    }

    /// The centred rows X in some coordinates, N×p; see [`Pool::within`].
    pub(crate) fn coordinates(&self) -> MatRef<'_, f64> {
        self.rows.coordinates()
    }

    /// B (p×k) in the coordinates of the rows: XB is [`Pool::coordinates`] times it.
    pub(crate) fn within(&self, b: MatRef<'_, f64>) -> Mat<f64> {
        self.rows.within(b)
    }

    /// XB, N×k.
    pub(crate) fn mapped(&self, b: MatRef<'_, f64>) -> Mat<f64> {
        product(self.coordinates(), self.within(b).as_ref(), Threads::All)
    }

    /// 1/standard deviation of each column, with divisor N as scikit-learn's StandardScaler has it.
    pub(crate) fn column_scales(&self) -> Vec<f64> {
        let variance = |j: usize| {
            let squares = self.basis().row(j).iter().zip(&self.eigenvalues).map(|(v, e)| v * v * e);
            squares.sum::<f64>()
        };
        (0..self.dimension()).map(|j| variance(j).sqrt().recip()).collect()
    }

    /// Centred features with every column at unit variance, N×p.
    pub(crate) fn standardised(&self) -> Mat<f64> {
        let mut axes = self.basis().to_owned();
        scale_rows(axes.as_mut(), &self.column_scales());
        scale_columns(axes.as_mut(), self.lengths());
        product(self.left(), axes.transpose(), Threads::All)
    }

    /// Centred features X, N×p, as a copy.
    pub(crate) fn features(&self) -> Mat<f64> {
        self.mapped(Mat::<f64>::identity(self.dimension(), self.dimension()).as_ref())
    }

    /// How many rows repeat an earlier one, feature by feature.
    #[must_use]
    pub const fn repeated(&self) -> usize {
        self.repeated
    }

    /// The rows in groups that are left out together, from the group of each row of the files.
    ///
    /// # Errors
    /// [`DataError::Input`] naming a row without a group, or too few groups.
    pub fn grouped(mut self, input: &str, groups: &[Option<String>]) -> Result<Self, DataError> {
        self.groups = Some(Groups::new(input, groups, &self.kept)?);
        Ok(self)
    }

    /// Keeps the columns whose values repeat.
    pub(super) fn beside(mut self, columns: &[Candidate]) -> Self {
        let of = |column: &Candidate| Some((column.name.clone(), Groups::repeating(column, &self.kept)?));
        self.beside = columns.iter().filter_map(of).collect();
        self
    }

    /// Groups by columns beside features and targets that were not requested: the file and column, and the groups.
    pub(super) fn groups_beside(&self) -> &[(String, Groups)] {
        &self.beside
    }

    /// Groups of rows that are not independent.
    #[must_use]
    pub const fn groups(&self) -> Option<&Groups> {
        self.groups.as_ref()
    }

    /// The subtracted mean of each feature.
    #[must_use]
    pub fn means(&self) -> &[f64] {
        &self.means
    }

    /// Names of the columns of the file, where it has several columns.
    pub(super) fn names(&self) -> Option<&[String]> {
        self.names.as_deref()
    }

    /// The subtracted mean of each target.
    pub(crate) fn target_means(&self) -> &[f64] {
        &self.target_means
    }

    /// Targets centred and scaled to unit variance, N×T.
    pub(crate) fn targets(&self) -> MatRef<'_, f64> {
        self.targets.as_ref()
    }

    /// The tasks in order: classes by name (numbers by size), columns as in the file.
    #[must_use]
    pub fn tasks(&self) -> &[TaskSummary] {
        &self.tasks
    }

    /// Whether the tasks are classes of which every row has one at most.
    #[must_use]
    pub fn has_one_label(&self) -> bool {
        let classes = self.tasks.iter().all(|task| task.class_size.is_some());
        let labels = |row: usize| self.targets.row(row).iter().filter(|v| **v > 0.0).count();
        classes && (0..self.rows()).all(|row| labels(row) <= 1)
    }

    /// Warnings about the data, one plain sentence each.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Whether rows have some targets and not others: another task, or the mean, then has other rows.
    #[must_use]
    pub const fn has_gaps(&self) -> bool {
        self.gaps
    }

    /// "mean", the name of a task, or its number from 1.
    ///
    /// # Errors
    /// [`DataError::Input`] listing the names.
    pub fn task(&self, text: &str) -> Result<TaskChoice, DataError> {
        if text == "mean" {
            return Ok(TaskChoice::Mean);
        }
        let by_name = self.tasks.iter().position(|t| t.name == text);
        let by_number =
            || text.parse::<usize>().ok().and_then(|n| n.checked_sub(1)).filter(|&n| n < self.tasks.len());
        by_name.or_else(by_number).map(TaskChoice::Task).ok_or_else(|| {
            let names = listed(self.tasks.iter().map(|t| t.name.as_str()));
            DataError::input(
                format!("task {}", quoted(text)),
                format!("there is none; accepted are \"mean\", {names}"),
            )
        })
    }

    /// Positions of the tasks of the ensemble: classes of at least 20 rows (of two classes one, as the other mirrors
    /// it) and all numeric targets.
    #[must_use]
    pub fn ensemble_tasks(&self) -> Vec<usize> {
        let large = |t: &TaskSummary| t.class_size.is_none_or(|s| s >= SMALLEST_TASK);
        let mut tasks: Vec<_> =
            (0..self.tasks.len()).filter(|&t| self.tasks.get(t).is_some_and(large)).collect();
        if self.tasks.len() == 2 && self.tasks.iter().all(|t| t.class_size.is_some()) {
            tasks.truncate(1);
        }
        tasks
    }

    /// Standard deviation of a numeric target on the rows; `None` for a class, and for the mean over several tasks.
    #[must_use]
    pub fn deviation(&self, task: TaskChoice) -> Option<f64> {
        let task = match (task, self.tasks.as_slice()) {
            (TaskChoice::Task(t), tasks) => tasks.get(t)?,
            (TaskChoice::Mean, [only]) => only,
            (TaskChoice::Mean, _) => return None,
        };
        task.class_size.is_none().then_some(task.deviation)
    }

    /// σ̂² of a task, or the mean over all.
    #[must_use]
    pub fn noise(&self, task: TaskChoice) -> f64 {
        self.average(task, |t| t.noise)
    }

    /// Signal variance of a task, or the mean over all.
    #[must_use]
    pub fn signal(&self, task: TaskChoice) -> f64 {
        self.average(task, |t| t.signal)
    }

    fn average(&self, task: TaskChoice, of: impl Fn(&TaskSummary) -> f64) -> f64 {
        match task {
            TaskChoice::Task(t) => self.tasks.get(t).map_or(f64::NAN, of),
            TaskChoice::Mean => self.tasks.iter().map(of).sum::<f64>() / self.tasks.len() as f64,
        }
    }
}

/// Subtracts the mean and returns it.
/// Whether all rows but one or two have one value.
fn is_rare(column: faer::ColRef<'_, f64>) -> bool {
    // That value is among the first three at least once, and then in all rows but two.
    let usual = |usual: &f64| column.iter().filter(|value| *value != usual).take(3).count() <= 2;
    column.nrows() > 6 && column.iter().take(3).any(usual)
}

fn centre(column: faer::ColMut<'_, f64>) -> f64 {
    let mean = column.as_ref().iter().sum::<f64>() / column.nrows() as f64;
    column.iter_mut().for_each(|v| *v -= mean);
    mean
}

/// Targets centred and scaled to unit variance, with what they were.
struct Standardized {
    /// N×T.
    values: Mat<f64>,
    means: Vec<f64>,
    deviations: Vec<f64>,
}

fn standardize(targets: &Targets) -> Result<Standardized, DataError> {
    let mut values = targets.values.clone();
    let mut means = Vec::with_capacity(values.ncols());
    let mut deviations = Vec::with_capacity(values.ncols());
    for (mut column, name) in values.col_iter_mut().zip(&targets.names) {
        let largest = column.as_ref().iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        means.push(centre(column.as_mut()));
        let deviation = (column.as_ref().iter().map(|v| v * v).sum::<f64>() / column.nrows() as f64).sqrt();
        if deviation.is_nan() || deviation <= 1e-14 * largest {
            return Err(DataError::input(
                &targets.input,
                format!("target {} varies too little to be told apart from rounding", quoted(name)),
            ));
        }
        column.iter_mut().for_each(|v| *v /= deviation);
        deviations.push(deviation);
    }
    Ok(Standardized { values, means, deviations })
}

/// XᵀX (its lower half), block by block of rows.
fn gram(
    matrix: MatRef<'_, f64>,
    go_on: &dyn Fn(f64) -> Result<(), DataError>,
) -> Result<Mat<f64>, DataError> {
    let (rows, columns) = (matrix.nrows(), matrix.ncols());
    let mut gram = Mat::zeros(columns, columns);
    for start in (0..rows).step_by(BLOCK) {
        go_on(0.5 * start as f64 / rows as f64)?;
        let block = matrix.get(start..(start + BLOCK).min(rows), ..);
        add_gram(gram.as_mut(), block.transpose(), Threads::All);
    }
    Ok(gram)
}
