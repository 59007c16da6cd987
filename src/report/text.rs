//! Text for people: aligned columns, a header line, five significant digits.

use std::fmt::Write;

use crate::study::words::{self, intervals, recommended};
use crate::study::{Point, Reach};
use crate::theory::RidgeChoice;

const WIDTH: usize = 11;

/// The table of `eval`.
#[must_use]
pub fn points(points: &[Point], ridge: RidgeChoice) -> String {
    let mut out = String::new();
    let head = ["n/p", "n", "risk", "bias²", "V_X", "V_X,ε", "σ²", "train", "ridge λ", "optimal", "floor"];
    for name in head {
        let _ = write!(out, "{name:>WIDTH$}");
    }
    out.push_str("  regime\n");
    for p in points {
        let _ = write!(out, "{}{}", cell(p.sample_ratio), cell(p.samples));
        match &p.risk {
            Some(r) => {
                for v in [r.risk, r.bias, r.variance_x, r.variance_x_noise, r.noise, r.train, r.ridge] {
                    out.push_str(&cell(v));
                }
            }
            None => {
                for _ in 0..7 {
                    let _ = write!(out, "{:>WIDTH$}", "–");
                }
            }
        }
        match &p.reference.optimal {
            Some(o) => {
                out.push_str(&cell(o.risk));
            }
            None => {
                let _ = write!(out, "{:>WIDTH$}", "–");
            }
        }
        match &p.reference.floor {
            Some(f) => out.push_str(&cell(f.risk)),
            None => {
                let _ = write!(out, "{:>WIDTH$}", "–");
            }
        }
        if let Some(o) = &p.reference.optimal {
            let _ = write!(out, "  {}", words::optimal(o, p.samples / p.sample_ratio));
        }
        out.push('\n');
    }
    if points.iter().any(|p| p.in_sample) {
        out.push_str("risk is in-sample: its featurization knows the tasks it is about\n");
    }
    if points.iter().any(|p| p.reference.in_sample) {
        out.push_str("optimal and floor are in-sample: they know the tasks they are about\n");
    }
    let selected = points.iter().any(|p| p.reference.optimal.is_some());
    if let Some(remark) = words::ridgeless(ridge).filter(|_| selected) {
        let _ = writeln!(out, "{remark}");
    }
    for (p, choice) in points.iter().filter_map(|p| Some((p, p.reference.left_out.as_ref()?))) {
        let _ = writeln!(
            out,
            "tasks left out, n {:.0}: risk {:.4} with {}; raw {:.4}, PCR-{} {:.4}",
            p.samples,
            choice.left_out_risk,
            recommended(choice),
            choice.raw,
            choice.pcr_size,
            choice.pcr
        );
    }
    out
}

/// The lines of `eval --target-risk`.
#[must_use]
pub fn reaches(risk: f64, reaches: &[Reach]) -> String {
    let mut out = format!("risk ≤ {risk} needs\n");
    for r in reaches {
        let words = match r.intervals.as_slice() {
            [] if r.never => "never: σ² alone is more".to_owned(),
            [] => format!("never, up to n = {}", r.searched),
            found => intervals(found),
        };
        let _ = writeln!(out, "  {:<24} {words}", r.name);
    }
    out
}

fn cell(value: f64) -> String {
    let text = if value.is_infinite() {
        (if value > 0.0 { "∞" } else { "−∞" }).to_owned()
    } else if value == 0.0 {
        "0".to_owned()
    } else if (1e-3..1e6).contains(&value.abs()) {
        let places = (4 - value.abs().log10().floor() as i32).clamp(0, 7) as usize;
        let fixed = format!("{value:.places$}");
        if value.fract() == 0.0 { format!("{value:.0}") } else { fixed }
    } else {
        format!("{value:.3e}")
    };
    format!("{text:>WIDTH$}")
}
