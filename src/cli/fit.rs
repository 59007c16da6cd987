//! `riskscope fit`: fits a featurization to real features and upstream tasks, writes it to a file, and prints its
//! expected risk on similar tasks (section 9.8).

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::ReadingArgs;
use super::output::note;
use super::progress::Progress;
use crate::data::path::{Path, Rows};
use crate::data::{Ensemble, Expectation, Files, Fitted, Grid, Part, Pool, Split};
use crate::outside::save;
use crate::report::expected;
use crate::scenario::ScenarioError;

#[derive(Debug, Args)]
#[command(
    after_help = "B is p×k: new features are X @ B, X less its column means, for minimum-norm least squares.
Example:
  riskscope fit --features X.npy --targets labels.txt --samples 200 --out B.npy"
)]
pub struct FitArgs {
    /// Real features, N×p: .npy, .npz, .csv, .parquet, …; a part after a colon
    #[arg(long, value_name = "FILE")]
    pub features: PathBuf,
    /// Their labels (one a line) or numeric targets (N×T): the upstream tasks
    #[arg(long, value_name = "FILE")]
    pub targets: PathBuf,
    #[command(flatten)]
    pub reading: ReadingArgs,
    /// Labelled samples that a downstream task will have
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub samples: f64,
    /// New .npy file for B
    #[arg(long, value_name = "B.npy")]
    pub out: PathBuf,
    /// Write the prior for a ridge that is tuned downstream, instead of the best features for least squares
    #[arg(long)]
    pub prior: bool,
    /// An object with every digit, and every task
    #[arg(long)]
    pub json: bool,
}

/// Writes B, and returns the output.
///
/// # Errors
/// One sentence naming the input and what is accepted; nothing is written then.
pub fn run(args: &FitArgs) -> Result<String, ScenarioError> {
    let n = args.samples;
    if !(n.is_finite() && n >= 1.0 && n.fract() == 0.0) {
        return Err(ScenarioError::new(format!("--samples must be a whole number from 1, got {n:?}")));
    }
    if args.out.extension().is_none_or(|e| !e.eq_ignore_ascii_case("npy")) {
        let shown = args.out.display();
        return Err(ScenarioError::new(format!("--out must be an .npy file, got {shown}")));
    }
    let refused = |why: save::Error| ScenarioError::from(why).about("--out");
    save::check_new(&args.out).map_err(refused)?;

    let progress = Progress::new();
    let watch = |part: &'static str, from: f64, to: f64| {
        let progress = &progress;
        move |done: f64| {
            progress.at(from + (to - from) * done, part);
            true
        }
    };
    let files = Files {
        reading: args.reading.reading(),
        id: args.reading.id.as_deref(),
        labels_as_they_are: args.reading.labels_as_they_are,
        split: args.reading.split_column.as_deref().map(|column| Split { column, part: Part::Train }),
        ..Files::new(&args.features, &args.targets)
    };
    let pool = Arc::new(Pool::of_files(&files, &watch("reading", 0.0, 0.15))?);
    let pool = pool.complete_cases(&watch("reading", 0.15, 0.2))?;
    let ensemble = Ensemble::new(&pool, &Grid::default(), &watch("cross-fitting", 0.2, 0.95))?;
    let expectation = Expectation::new(&pool, &ensemble, n)?;
    let fitted = if args.prior {
        Fitted::prior(&pool, expectation.prior.shrinkage)?
    } else {
        Fitted::new(&pool, expectation.fitted.shrinkage, expectation.fitted.kept)?
    };
    let b = fitted.npy()?;
    save::new_file(&args.out, |out| out.write_all(&b)).map_err(refused)?;
    drop(progress);
    for warning in pool.warnings().iter().chain(&pool.too_small()) {
        note(warning);
    }
    let dependence =
        Path::raw(&Arc::new(Rows::new(&pool))).map_or_else(|_| Vec::new(), |path| path.dependence());
    dependence.iter().for_each(note);
    if !dependence.is_empty() {
        note("fit assumes independent rows: for grouped rows its expected risks are too low");
    }
    let report = expected::Report {
        pool: &pool,
        left_out: ensemble.leaves_out(),
        expectation: &expectation,
        fitted: &fitted,
        path: &args.out,
    };
    Ok(if args.json { report.json() } else { report.text() })
}
