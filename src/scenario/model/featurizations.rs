//! One record for each kind of featurization: title, help, requirements and construction (sections 1, 5 and 7).

use std::borrow::Cow;

use crate::data::Featurizer;
use crate::numbers::{count, plain};
use crate::scenario::ScenarioError;
use crate::scenario::description::{Featurization, Scenario};
use crate::scenario::population::matrix::read_matrix;
use crate::scenario::population::paths::PathKind;
use crate::scenario::population::sampled::Sampled;
use crate::scenario::population::source::Source;
use crate::scenario::population::synthetic_only;
use crate::scenario::schema::{Choice, listed};
use crate::theory::representation::Representation;
use crate::theory::transfer::RandomFeatures;
use crate::theory::{MinimaxSelection, NoiseVariance, Pcr, Residue, Ridge, SampleRatio, Spectrum, pcr};

/// The record of a kind of featurization with given parameters.
pub(in crate::scenario) struct Kind<'a> {
    /// The title, with the parameters that distinguish two of a kind.
    pub title: Cow<'static, str>,
    /// One sentence with its formula and the section of the theory.
    pub about: &'static str,
    /// Whether it depends on the task covariance or, for measured data, on the labels.
    pub depends_on_tasks: bool,
    pub needs: Needs,
    /// Whether its construction takes a matrix decomposition; it is then computed with the model.
    pub costly: bool,
    /// Whether it depends on σ².
    pub depends_on_noise: bool,
    pub made: Made<'a>,
    /// The leave-one-out path that evaluates it on real rows.
    pub path: PathKind<'a>,
}

/// Requirements of a kind on the population.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scenario) enum Needs {
    Nothing,
    /// More than the eigenvalues given in a table.
    Directions,
    /// Columns of real rows.
    Rows,
    /// Covariances from which upstream tasks are drawn.
    Families,
    /// A population without a test covariance.
    Unshifted,
    /// A population without a test covariance in which covariates and tasks have a common eigenbasis.
    SharedEigenbasis,
}

/// Construction of a kind.
pub(in crate::scenario) enum Made<'a> {
    /// One featurization for all n: from the population, and from real rows.
    Fixed(Box<FromPopulation<'a>>, Box<FromRows<'a>>),
    /// A random representation, exact at every n, and its population spectrum.
    Random(Box<FromDirections<'a>>),
    /// Optimised at each n, or at one given sample ratio.
    Following(fn(&Source<'_>) -> Result<Representation, ScenarioError>, Option<f64>),
}

type FromPopulation<'a> = dyn Fn(&Source<'_>) -> Result<Spectrum, ScenarioError> + 'a;
type FromDirections<'a> = dyn Fn(&Source<'_>) -> Result<Representation, ScenarioError> + 'a;
type FromRows<'a> = dyn Fn(&Sampled) -> Result<Featurizer, ScenarioError> + 'a;

impl Featurization {
    /// The record of this kind.
    pub(in crate::scenario) fn kind(&self) -> Kind<'_> {
        match self {
            Self::Raw => Kind {
                path: PathKind::Power(0.0),
                ..Kind::new(
                    "raw",
                    "F = I: the features as they are (§1).",
                    fixed(|s| s.raw(), |rows| Ok(Featurizer::raw(&rows.pool))),
                )
            },
            Self::GroundTruth => Kind {
                depends_on_tasks: true,
                costly: true,
                ..Kind::new(
                    "ground truth",
                    "F = Σ_θ: features scaled by how much the tasks use them (§1).",
                    fixed(|s| s.ground_truth(), |rows| Ok(Featurizer::ground_truth(rows.estimate()?))),
                )
            },
            Self::Whitened => Kind {
                path: PathKind::Power(-1.0),
                ..Kind::new(
                    "whitened",
                    "F = Σ_x⁻¹: every direction of the covariates at the same scale (§1).",
                    fixed(|s| s.whitened(), |rows| Ok(Featurizer::whitened(&rows.pool))),
                )
            },
            Self::Standardised => Kind {
                path: PathKind::Standardised,
                needs: Needs::Rows,
                costly: true,
                ..Kind::new(
                    "standardised",
                    "F = diag(Σ_x)⁻¹: every column of real rows at unit variance (§9.2).",
                    fixed(|s| s.standardised(), Sampled::standardised),
                )
            },
            Self::Pca { size } => Kind {
                path: PathKind::Components(*size),
                ..Kind::new(
                    size.map_or_else(|| Cow::from("oracle PCR"), |size| format!("oracle PCR-{size}").into()),
                    "F projects on the top k directions of Σ_x; k given, or the best at each n (§5).",
                    match *size {
                        None => Made::Following(|s| Ok(Representation::BestPcr(Pcr::new(s.raw()?))), None),
                        Some(size) => fixed(
                            move |s| {
                                let share = size.min(s.dimension) as f64 / s.dimension as f64;
                                Ok(pcr::keep(&s.raw()?, share).normalized())
                            },
                            move |rows| Ok(Featurizer::pca(&rows.pool, size)),
                        ),
                    },
                )
            },
            Self::Exponents { task, covariates } => Kind {
                depends_on_tasks: *task != 0.0,
                costly: true,
                path: if *task == 0.0 { PathKind::Power(*covariates) } else { PathKind::Nothing },
                ..Kind::new(
                    format!("exponents ({}, {})", plain(*task), plain(*covariates)),
                    "F = Σ_θ^u Σ_x^v: between raw (0,0), ground truth (1,0) and whitened (0,−1) (§7).",
                    fixed(
                        |s| s.exponents(*task, *covariates),
                        |rows| {
                            if *task == 0.0 {
                                return Ok(Featurizer::power(&rows.pool, *covariates));
                            }
                            Ok(Featurizer::exponents(&rows.pool, rows.estimate()?, *task, *covariates)?)
                        },
                    ),
                )
            },
            Self::Mix { weight } => Kind {
                depends_on_tasks: true,
                ..Kind::new(
                    format!("mix {}", plain(*weight)),
                    "F = Σ_θ + mΣ_x⁻¹: task relevance plus m times covariate structure (§5).",
                    fixed(|s| s.mix(*weight), |rows| Ok(Featurizer::mix(rows.estimate()?, *weight)?)),
                )
            },
            Self::Soft { at } => Kind {
                depends_on_tasks: true,
                ..Kind::new(
                    frozen("soft", *at),
                    "F ∝ Σ_θ + (μ/p)Σ_x⁻¹ with μ = σ²/(1−α): every feature kept, reweighted; only below n = p (§5).",
                    Made::Following(|s| Ok(Representation::Soft(s.tasks()?)), *at),
                )
            },
            Self::Hard { at } => Kind {
                depends_on_tasks: true,
                ..Kind::new(
                    frozen("hard", *at),
                    "F keeps the features with task energy τ > R/α and fits them by least squares (§5).",
                    Made::Following(|s| Ok(Representation::Hard(s.tasks()?)), *at),
                )
            },
            Self::Optimal { at } => Kind {
                depends_on_tasks: true,
                ..Kind::new(
                    frozen("optimal (λ = 0)", *at),
                    "the lower of soft and hard selection at each n: no ridgeless featurization is better (§5).",
                    Made::Following(|s| Ok(Representation::Optimal(s.tasks()?)), *at),
                )
            },
            Self::Minimax { at } => Kind {
                depends_on_tasks: true,
                ..Kind::new(
                    frozen("minimax", *at),
                    "the best F for the worst task on the sphere ‖Σ_θ^(−1/2) θ‖² = p, not for the average task (§5).",
                    Made::Following(|s| Ok(Representation::Minimax(MinimaxSelection::new(s.tasks()?))), *at),
                )
            },
            Self::Learned { tasks, samples, seed } => Kind {
                depends_on_tasks: true,
                needs: Needs::Families,
                costly: true,
                depends_on_noise: true,
                ..Kind::new(
                    format!("learned {tasks}×{samples}"),
                    "F is the covariance of m upstream tasks' fitted coefficients, the sampling noise included (§7).",
                    fixed(|s| s.learned(*tasks, *samples, *seed), |_| Err(synthetic_only())),
                )
            },
            Self::RandomFeatures { features, nonlinearity, residue } => Kind {
                needs: Needs::Unshifted,
                ..Kind::new(
                    match residue {
                        Some(residue) => format!("{features} random features, ζ = {}", plain(*residue)),
                        None => format!("{features} {} random features", nonlinearity.name()),
                    },
                    "N random projections of the raw covariates, linear or not: exact for any N and n (§11.1).",
                    Made::Random(Box::new(move |s| {
                        let residue = residue.map_or_else(|| Ok(nonlinearity.residue()), Residue::new)?;
                        let found = RandomFeatures::new(s.raw()?, s.width(*features)?, residue)?;
                        Ok(Representation::Random(Box::new(found)))
                    })),
                )
            },
            Self::Pretrained { tasks, samples, ridge, noise } => Kind {
                depends_on_tasks: true,
                needs: Needs::SharedEigenbasis,
                depends_on_noise: noise.is_none(),
                ..Kind::new(
                    format!("pretrained {}×{samples}", count(*tasks as f64)),
                    "the fits of m upstream tasks on N samples each, as features: exact, without random draws (§11.2).",
                    Made::Random(Box::new(move |s| {
                        let noise = NoiseVariance::new(noise.map_or(s.noise, |noise| noise + s.hidden))?;
                        let samples = SampleRatio::new(*samples as f64 / s.dimension as f64)?;
                        let pretraining = s.pretraining()?;
                        let found =
                            pretraining.features(s.width(*tasks)?, samples, Ridge::new(*ridge)?, noise)?;
                        Ok(Representation::Random(Box::new(found)))
                    })),
                )
            },
            Self::PlugIn { tasks, samples, ridge, noise } => Kind {
                depends_on_tasks: true,
                needs: Needs::SharedEigenbasis,
                depends_on_noise: noise.is_none(),
                ..Kind::new(
                    format!("plug-in {}×{samples}", count(*tasks as f64)),
                    "Σ_θ estimated from m upstream tasks, plus (μ/p)Σ_x⁻¹: soft selection from data, exact (§11.2).",
                    Made::Random(Box::new(move |s| {
                        let noise = NoiseVariance::new(noise.map_or(s.noise, |noise| noise + s.hidden))?;
                        let samples = SampleRatio::new(*samples as f64 / s.dimension as f64)?;
                        let pretraining = s.pretraining()?;
                        let found =
                            pretraining.plug_in(s.width(*tasks)?, samples, Ridge::new(*ridge)?, noise)?;
                        Ok(Representation::PlugIn(Box::new(found)))
                    })),
                )
            },
            Self::File { path } => Kind {
                path: PathKind::Mapped(path),
                needs: Needs::Directions,
                costly: true,
                ..Kind::new(
                    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
                    "F = BBᵀ from your own file: the features X·B (§1).",
                    fixed(
                        |s| s.of_file(path),
                        |rows| {
                            let b = read_matrix(path, rows.pool.dimension(), Some(&rows.pool))?;
                            Ok(Featurizer::factor(&rows.pool, b.as_ref())?)
                        },
                    ),
                )
            },
        }
    }

    /// Whether it is the same for all n.
    pub(in crate::scenario) fn is_fixed(&self) -> bool {
        matches!(self.kind().made, Made::Fixed(..))
    }

    /// Whether it is a random representation treated exactly (sections 11.1 and 11.2).
    pub(in crate::scenario) fn is_random(&self) -> bool {
        matches!(self.kind().made, Made::Random(_))
    }

    /// Names of the kinds that are random representations.
    pub(in crate::scenario) fn random_kinds() -> Vec<&'static str> {
        Self::defaults().iter().filter(|kind| kind.is_random()).map(Self::name).collect()
    }

    /// Names of the kinds that are the same for all n; principal components with a given size are.
    pub(in crate::scenario) fn fixed_kinds() -> Vec<&'static str> {
        let all = Self::defaults();
        let fixed = |kind: &&Self| kind.is_fixed() || matches!(kind, Self::Pca { .. });
        all.iter()
            .filter(fixed)
            .map(|kind| if kind.is_fixed() { kind.name() } else { "pca with a size" })
            .collect()
    }

    /// Requirements on the population.
    pub(in crate::scenario) fn needs(&self) -> Needs {
        self.kind().needs
    }

    /// The title, with the parameters that distinguish two of a kind.
    #[must_use]
    pub fn title(&self) -> String {
        self.kind().title.into_owned()
    }

    /// The help of the kind with this name: a sentence with its formula and the section of the theory.
    #[must_use]
    pub fn about_kind(name: &str) -> Option<&'static str> {
        Self::named(name).map(|featurization| featurization.kind().about)
    }

    /// Whether its spectrum depends on σ²: it is learned from noisy tasks, or optimised at one sample ratio.
    #[must_use]
    pub fn depends_on_noise(&self) -> bool {
        let kind = self.kind();
        kind.depends_on_noise || matches!(kind.made, Made::Following(_, Some(_)))
    }

    /// Whether it is optimal only without a distribution shift.
    #[must_use]
    pub const fn is_made_without_shift(&self) -> bool {
        matches!(self, Self::Soft { .. } | Self::Hard { .. } | Self::Optimal { .. } | Self::Minimax { .. })
    }

    /// Whether it depends on the task covariance or, for measured data, on the labels.
    #[must_use]
    pub fn depends_on_tasks(&self) -> bool {
        self.kind().depends_on_tasks
    }
}

impl<'a> Kind<'a> {
    fn new(title: impl Into<Cow<'static, str>>, about: &'static str, made: Made<'a>) -> Self {
        Self {
            title: title.into(),
            about,
            depends_on_tasks: false,
            needs: Needs::Nothing,
            costly: false,
            depends_on_noise: false,
            made,
            path: PathKind::Nothing,
        }
    }
}

impl Needs {
    /// Names of the kinds that share the eigenbasis of covariates and task, for a message.
    pub fn in_the_eigenbasis() -> String {
        let kinds = Featurization::defaults();
        let others: Vec<&str> = kinds
            .iter()
            .filter(|kind| !matches!(kind.needs(), Self::Nothing | Self::Rows))
            .map(Featurization::name)
            .collect();
        format!("all kinds but {}", listed(&others, "and"))
    }

    pub fn are_met_by(self, scenario: &Scenario) -> bool {
        match self {
            Self::Nothing => true,
            Self::Rows => scenario.data.is_some(),
            Self::Directions => scenario.spectrum.is_none() && scenario.test.is_none(),
            Self::Families => scenario.is_synthetic() && scenario.test.is_none(),
            Self::Unshifted => scenario.data.is_none() && scenario.test.is_none(),
            Self::SharedEigenbasis => Self::Unshifted.are_met_by(scenario) && !scenario.is_rotated(),
        }
    }
}

fn fixed<'a>(
    known: impl Fn(&Source<'_>) -> Result<Spectrum, ScenarioError> + 'a,
    rows: impl Fn(&Sampled) -> Result<Featurizer, ScenarioError> + 'a,
) -> Made<'a> {
    Made::Fixed(Box::new(known), Box::new(rows))
}

fn frozen(name: &'static str, at: Option<f64>) -> Cow<'static, str> {
    match at {
        Some(at) => format!("{name} at α={}", plain(at)).into(),
        None => name.into(),
    }
}
