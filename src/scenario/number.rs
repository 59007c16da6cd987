//! Every number a scenario takes: key, words, default, what is accepted, and how a slider moves it. One record serves
//! the scenario file, `set`, the panel, its help and every axis.

use super::value::plain;

/// How equal steps of a slider change a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    Linear,
    /// Ten steps a decade.
    Log,
    Integer,
    /// Ten steps a decade, whole numbers.
    LogInteger,
}

impl Scale {
    #[must_use]
    pub const fn is_integer(self) -> bool {
        matches!(self, Self::Integer | Self::LogInteger)
    }

    #[must_use]
    pub const fn is_log(self) -> bool {
        matches!(self, Self::Log | Self::LogInteger)
    }
}

/// The smallest accepted number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Least {
    Above(f64),
    From(f64),
}

/// One number of the description.
#[derive(Debug)]
pub struct Number {
    /// The last part of the dotted key.
    pub key: &'static str,
    pub label: &'static str,
    pub default: f64,
    /// Accepted: at least this …
    pub least: Least,
    /// … and at most this.
    pub most: f64,
    /// The range a slider covers; typing reaches all that is accepted.
    pub slider: (f64, f64),
    pub scale: Scale,
    /// One step of a linear slider, or decades of a logarithmic one.
    pub step: f64,
    /// One line of help: what it is, the formula, the section of the theory.
    pub about: &'static str,
    /// Accepted instead of a number.
    pub words: &'static [&'static str],
    /// The word is one for leaving the number out, and not written.
    pub may_be_left_out: bool,
}

impl Number {
    /// Whether the number is accepted.
    #[must_use]
    pub fn accepts(&self, value: f64) -> bool {
        let low = match self.least {
            Least::Above(bound) => value > bound,
            Least::From(bound) => value >= bound,
        };
        low && value <= self.most && (!self.scale.is_integer() || value.fract() == 0.0)
    }

    /// What is accepted, in words: "a number above 0 and at most 1".
    #[must_use]
    pub fn accepted(&self) -> String {
        let kind = if self.scale.is_integer() { "a whole number" } else { "a number" };
        let low = match self.least {
            Least::Above(bound) => format!("above {}", plain(bound)),
            Least::From(bound) => format!("of at least {}", plain(bound)),
        };
        let words: String = self.written().iter().map(|word| format!(" or \"{word}\"")).collect();
        format!("{kind} {low} and at most {}{words}", plain(self.most))
    }

    /// Words that a file may have instead of a number.
    #[must_use]
    pub const fn written(&self) -> &'static [&'static str] {
        if self.may_be_left_out { &[] } else { self.words }
    }

    /// Whether a logarithmic slider has 0 left of its minimum.
    #[must_use]
    pub fn has_zero(&self) -> bool {
        self.scale.is_log() && self.accepts(0.0)
    }
}

/// The path of a file.
#[derive(Debug)]
pub struct PathRecord {
    pub key: &'static str,
    pub label: &'static str,
    /// What the file must be.
    pub accepted: &'static str,
    pub about: &'static str,
}

/// The matrix of a featurization that comes as a file.
pub static MATRIX: PathRecord = PathRecord {
    key: "path",
    label: "file",
    accepted: "a .npy file of the p×k matrix B",
    about: "B (p×k) as .npy, in the covariates' eigenbasis: F = BBᵀ (§1)",
};

macro_rules! numbers {
    ($($name:ident: $key:literal $label:literal = $default:literal, $least:expr, $most:literal,
       $scale:ident $low:literal..$high:literal by $step:literal, $about:literal
       $(, or $words:tt)? $(, left out as $left_out:tt)?;)*) => {
        $(pub static $name: Number = Number {
            key: $key, label: $label, default: $default, least: $least, most: $most,
            slider: ($low, $high), scale: Scale::$scale, step: $step, about: $about,
            words: numbers!(@words $($words)? $($left_out)?),
            may_be_left_out: numbers!(@given $($left_out)?),
        };)*
    };
    (@words) => { &[] };
    (@words $given:tt) => { &$given };
    (@given) => { false };
    (@given $given:tt) => { true };
}

use Least::{Above, From};

numbers! {
    DIMENSION: "dimension" "dimension p" = 1000.0, From(1.0), 1e5, LogInteger 10.0..1e5 by 0.1,
        "p, covariate dimension: samples are counted as n = αp (§1)";
    SIGNAL: "signal" "signal r²" = 1.0, From(1e-12), 1e12, Log 1e-2..100.0 by 0.1,
        "r² = tr(Σ_x Σ_θ), variance of the labels that the task explains (§2)";
    NOISE: "noise" "noise σ²" = 0.1, From(0.0), 1e12, Log 1e-4..10.0 by 0.1,
        "σ² = Var ε, label noise; the risk includes it (§1)", left out as ["estimated"];
    RIDGE: "ridge" "ridge λ" = 0.0, From(-1e12), 1e12, Log 1e-6..100.0 by 0.1,
        "λ of ‖y − XBβ‖²/n + λ‖β‖²; 0 is the minimum-norm limit, \"optimal\" may be negative (§3, §6)",
        or ["optimal", "optimal-nonnegative"];
    EXPONENT: "exponent" "exponent a" = 1.0, From(0.0), 20.0, Linear 0.0..4.0 by 0.05,
        "power law: eigenvalue j is j^−a (§7)";
    DECAY: "scale" "scale c" = 100.0, From(1e-3), 1e9, Log 1.0..1e4 by 0.1,
        "exponential: eigenvalue j is e^(−j/c) (§7)";
    FRACTION: "fraction" "fraction" = 0.2, Above(0.0), 1.0, Linear 0.01..1.0 by 0.01,
        "two-level: this fraction of the directions at 1, the rest at ε (§7)";
    RATIO: "ratio" "ratio ε" = 1e-4, From(1e-100), 1e12, Log 1e-8..1.0 by 0.1,
        "two-level: eigenvalue ε of the weak directions; a small ε makes a near-divergence (§4, §7)";
    SPIKES: "spikes" "spikes" = 10.0, From(1.0), 1e5, LogInteger 1.0..1000.0 by 0.1,
        "spiked: this many directions at 1 + strength, the rest at 1 (§7)";
    STRENGTH: "strength" "strength" = 100.0, From(0.0), 1e12, Log 0.1..1e4 by 0.1,
        "spiked: how far the spikes stand above the rest, which is at 1 (§7)";
    RELEVANT: "fraction" "fraction" = 0.1, Above(0.0), 1.0, Linear 0.01..1.0 by 0.01,
        "sparse: this fraction of the directions is relevant, the rest carries no task at all (§7)";
    ANGLE: "angle" "angle" = 30.0, From(-360.0), 360.0, Linear 0.0..90.0 by 1.0,
        "degrees by which every direction of the task turns away from the covariates' (§7)";
    ROTATION_SEED: "seed" "seed" = 0.0, From(0.0), 9007199254740992.0, Integer 0.0..100.0 by 1.0,
        "which random rotation plane (§7)";
    SIZE: "size" "size k" = 100.0, From(1.0), 1e5, LogInteger 1.0..1e5 by 0.1,
        "principal components kept, of the population covariance; left out: the best number at each n (§5)",
        left out as ["best"];
    TASK_EXPONENT: "task" "exponent u" = 1.0, From(-20.0), 20.0, Linear -1.0..2.0 by 0.05,
        "F = Σ_θ^u Σ_x^v: (0,0) raw, (1,0) ground truth, (0,−1) whitened (§7)";
    COVARIATE_EXPONENT: "covariates" "exponent v" = 0.0, From(-20.0), 20.0, Linear -2.0..2.0 by 0.05,
        "F = Σ_θ^u Σ_x^v: (0,0) raw, (1,0) ground truth, (0,−1) whitened (§7)";
    WEIGHT: "weight" "structure m" = 1e-4, From(0.0), 1e12, Log 1e-7..1.0 by 0.1,
        "F = Σ_θ + mΣ_x⁻¹: 0 is ground truth, large m whitened; the soft optimum has m = σ²/((1−α)p) (§5)";
    AT: "at" "made at n/p" = 0.5, From(1e-9), 1e6, Log 0.01..10.0 by 0.1,
        "the representation best at this sample ratio is used at every other; left out: best at each n (§5)",
        left out as ["each"];
    TASKS: "tasks" "tasks m" = 100.0, From(1.0), 2000.0, LogInteger 1.0..2000.0 by 0.1,
        "learned: F is the empirical covariance of m upstream tasks' fitted coefficients (§7)";
    SAMPLES: "samples" "samples N" = 500.0, From(1.0), 20000.0, LogInteger 1.0..1e4 by 0.1,
        "learned: each upstream task is fitted by least squares on N samples (§7)";
    LEARNING_SEED: "seed" "seed" = 0.0, From(0.0), 9007199254740992.0, Integer 0.0..100.0 by 1.0,
        "which upstream tasks and samples are drawn (§7)";
}
