//! Boundaries compared with dense scans.

use super::super::quantity::{NoiseVariance, SampleRatio};
use super::super::{SoftTable, TaskSpectrum, transition};
use super::*;

fn two_level(ratio: f64) -> TaskSpectrum {
    let top = 1.0 / (0.2 + 0.8 * ratio);
    TaskSpectrum::new([(0.2, top), (0.8, top * ratio)]).unwrap()
}

fn inverse(p: u32) -> TaskSpectrum {
    let energies: Vec<f64> = (1..=p).map(|j| 1.0 / f64::from(j)).collect();
    let mean = energies.iter().sum::<f64>() / f64::from(p);
    TaskSpectrum::uniform(&energies.iter().map(|t| t / mean).collect::<Vec<_>>()).unwrap()
}

/// Boundaries with columns along α and transitions across σ².
fn over_noise(task: &TaskSpectrum, x: Span, y: Span) -> Vec<Boundary> {
    let table = SoftTable::new(task.clone());
    let solve = |a: f64| {
        let ratio = SampleRatio::new(a)?;
        let optimal = |v: f64| Some(table.optimal(ratio, NoiseVariance::new(v).ok()?));
        transition::along(&y.nodes(40), optimal, &|| false)
    };
    boundaries(x, y, 40, solve, &|| false).unwrap()
}

const X: Span = Span { from: 0.02, to: 1.5, log: false };

/// At every point of a boundary the risks of the two regimes are equal to 1e-9.
#[test]
fn points_are_solved_and_lines_are_smooth() {
    for task in [two_level(1e-2), two_level(0.3), inverse(80)] {
        let y = Span { from: 1e-3, to: 300.0, log: true };
        let found = over_noise(&task, X, y);
        let mut kinds = Vec::new();
        for line in &found {
            kinds.push((line.before, line.after));
            for pair in line.points.windows(2) {
                assert!(pair[0].0 < pair[1].0, "{pair:?}");
                let step =
                    (X.place(pair[1].0) - X.place(pair[0].0)).hypot(y.place(pair[1].1) - y.place(pair[0].1));
                assert!(step < 0.05, "a gap of {step} in {:?}–{:?}", line.before, line.after);
            }
            for &(a, v) in &line.points {
                let at = task.optimal(SampleRatio::new(a).unwrap(), NoiseVariance::new(v).unwrap());
                let null = task.signal() + v;
                let of = |regime| match regime {
                    Regime::Soft => at.soft.map(|s| s.risk),
                    Regime::Hard => Some(at.hard.risk),
                    Regime::Null => Some(null),
                };
                let (Some(one), Some(other)) = (of(line.before), of(line.after)) else { continue };
                assert!((one / other - 1.0).abs() < 1e-8, "{line:?} at {a}, {v}: {one} {other}");
            }
        }
        assert!(kinds.contains(&(Regime::Hard, Regime::Null)), "{kinds:?}");
        assert!(kinds.iter().any(|k| k.0 == Regime::Soft || k.1 == Regime::Soft), "{kinds:?}");
    }
}

/// Along σ² a two-level spectrum is re-entrant: at each α there are as many boundaries as a dense scan finds, and
/// three of them meet at the triple point.
#[test]
fn re_entrant_boundaries_are_complete() {
    let task = two_level(1e-2);
    let y = Span { from: 1e-4, to: 1e3, log: true };
    let found = over_noise(&task, X, y);
    for alpha in [0.21, 0.3, 0.5, 0.8, 1.2] {
        let at = |i: i32| {
            let v = NoiseVariance::new(1e-4 * 10_f64.powf(f64::from(i) * 7.0 / 4e4)).unwrap();
            task.optimal(SampleRatio::new(alpha).unwrap(), v).regime
        };
        let want = (0..39_999).filter(|&i| at(i) != at(i + 1)).count();
        let crossed = |line: &&Boundary| {
            line.points.first().is_some_and(|p| p.0 <= alpha)
                && line.points.last().is_some_and(|p| p.0 >= alpha)
        };
        assert_eq!(found.iter().filter(crossed).count(), want, "α={alpha}");
    }
    let (alpha, noise) = transition::triple_point(&task).unwrap();
    let near = |line: &&Boundary| {
        line.points
            .iter()
            .any(|p| (X.place(p.0) - X.place(alpha.get())).hypot(y.place(p.1) - y.place(noise.get())) < 0.02)
    };
    assert!(found.iter().filter(near).count() >= 3, "{alpha} {noise}: {found:?}");
}

/// Columns over σ² with transitions over α give the same boundaries as columns over α with transitions over σ².
#[test]
fn both_scan_directions_find_equal_boundaries() {
    let y = Span { from: 1e-3, to: 300.0, log: true };
    for task in [two_level(1e-2), inverse(80)] {
        let one = over_noise(&task, X, y);
        let table = SoftTable::new(task);
        let solve = |v: f64| transition::transitions(&table, NoiseVariance::new(v)?, X.from, X.to, &|| false);
        let other = boundaries(y, X, 40, solve, &|| false).unwrap();
        let t = |p: &(f64, f64)| (X.place(p.0), y.place(p.1));
        let ways: Vec<((f64, f64), (f64, f64))> = other
            .iter()
            .flat_map(|line| line.points.windows(2).map(|p| (t(&(p[0].1, p[0].0)), t(&(p[1].1, p[1].0)))))
            .collect();
        let away = |p: (f64, f64)| {
            let to = |&(a, b): &((f64, f64), (f64, f64))| {
                let (dx, dy) = (b.0 - a.0, b.1 - a.1);
                let length = dx * dx + dy * dy;
                let along = ((p.0 - a.0) * dx + (p.1 - a.1) * dy) / length.max(1e-300);
                let along = along.clamp(0.0, 1.0);
                (p.0 - a.0 - along * dx).hypot(p.1 - a.1 - along * dy)
            };
            ways.iter().map(to).fold(f64::INFINITY, f64::min)
        };
        let points = one.iter().flat_map(|line| &line.points);
        let worst = points.map(|p| away(t(p))).fold(0.0, f64::max);
        assert!(worst < 2e-3, "{worst}");
    }
}

/// A task spectrum with atoms over many decades, or a power law.
fn random_task(rng: &mut impl rand::RngExt) -> TaskSpectrum {
    let kinds = rng.random::<f64>();
    let decades = 0.5 + 5.5 * rng.random::<f64>();
    let atoms: Vec<(f64, f64)> = if kinds < 0.3 {
        let count = 20 + (60.0 * rng.random::<f64>()) as u32;
        (1..=count).map(|j| (1.0, f64::from(j).powf(-0.5 * decades))).collect()
    } else {
        (0..2 + (4.0 * rng.random::<f64>()) as usize)
            .map(|_| (rng.random::<f64>().powi(2) + 0.02, 10_f64.powf(-decades * rng.random::<f64>())))
            .collect()
    };
    let total: f64 = atoms.iter().map(|a| a.0).sum();
    let mean = atoms.iter().map(|a| a.0 * a.1).sum::<f64>() / total;
    TaskSpectrum::new(atoms.into_iter().map(|(w, t)| (w / total, t / mean))).unwrap()
}

/// Every change of regime in a dense scan of α lies on a boundary between these regimes, and every boundary that
/// crosses the scan is such a change. Returns the number of changes.
fn brute_force(cases: u64) -> usize {
    use rand::{RngExt, SeedableRng};
    const DENSE: usize = 4000;
    let y = Span { from: 1e-4, to: 100.0, log: true };
    let mut seen = 0;
    for case in 0..cases {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(case);
        let task = random_task(&mut rng);
        let table = SoftTable::new(task.clone());
        let solve = |v: f64| transition::transitions(&table, NoiseVariance::new(v)?, X.from, X.to, &|| false);
        let lines = boundaries(y, X, 48, solve, &|| false).unwrap();
        for _ in 0..5 {
            let t = rng.random::<f64>();
            let noise = NoiseVariance::new(y.at(t)).unwrap();
            let regime = |i: usize| {
                let ratio = SampleRatio::new(X.at(i as f64 / DENSE as f64)).unwrap();
                task.optimal(ratio, noise).regime
            };
            let scan: Vec<Regime> = (0..=DENSE).map(regime).collect();
            let changes: Vec<(f64, Regime, Regime)> = scan
                .windows(2)
                .enumerate()
                .filter(|(_, pair)| pair[0] != pair[1])
                .map(|(i, pair)| ((i as f64 + 0.5) / DENSE as f64, pair[0], pair[1]))
                .collect();
            let crossings: Vec<(f64, Regime, Regime)> = lines
                .iter()
                .flat_map(|line| {
                    let place = |p: &(f64, f64)| (y.place(p.0), X.place(p.1));
                    line.points.windows(2).filter_map(move |pair| {
                        let ((a, low), (b, high)) = (place(&pair[0]), place(&pair[1]));
                        let across = low + (high - low) * (t - a) / (b - a);
                        (a <= t && t < b).then_some((across, line.before, line.after))
                    })
                })
                .collect();
            let near = |all: &[(f64, Regime, Regime)], one: &(f64, Regime, Regime)| {
                all.iter()
                    .any(|other| (other.0 - one.0).abs() < PIECE && (other.1, other.2) == (one.1, one.2))
            };
            for change in &changes {
                assert!(
                    near(&crossings, change),
                    "case {case} σ²={noise}: {change:?} in {crossings:?} {task:?}"
                );
            }
            for crossing in &crossings {
                // A scan cannot see two crossings between neighbouring nodes.
                let pair =
                    crossings.iter().filter(|c| (c.0 - crossing.0).abs() < 2.0 / DENSE as f64).count() > 1;
                assert!(
                    pair || near(&changes, crossing),
                    "case {case} σ²={noise}: {crossing:?} in {changes:?} {task:?}"
                );
            }
            seen += changes.len();
        }
    }
    seen
}

#[test]
fn boundaries_agree_with_a_dense_scan() {
    assert!(brute_force(12) > 30);
}

#[test]
#[ignore = "half a minute"]
fn boundaries_of_200_random_tables_agree_with_a_dense_scan() {
    let seen = brute_force(200);
    assert!(seen > 600, "{seen}");
}

#[test]
fn a_search_can_be_stopped() {
    let span = Span { from: 0.1, to: 1.0, log: false };
    let stopped = boundaries(span, span, 10, |_| Ok(Vec::<Crossing>::new()), &|| true);
    assert_eq!(stopped, Err(TheoryError::Interrupted));
}
