//! Files of several writers: the risk equals that of float64 arrays with these numbers and labels as plain text.

use serde_json::Value;

use super::command::riskscope;

/// Risks from `eval` at these sizes.
fn risks(features: &str, targets: &str, ridge: &str, samples: &str, flags: &[&str]) -> Vec<f64> {
    let folder = "tests/data/files/";
    let (features, targets) = (format!("{folder}{features}"), format!("{folder}{targets}"));
    let arguments =
        ["eval", "--features", &features, "--targets", &targets, "--ridge", ridge, "--samples", samples];
    let output = riskscope(&[&arguments[..], flags, &["--json"]].concat()).output().unwrap();
    let points: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{features} {targets}: {e}: {}", String::from_utf8_lossy(&output.stderr)));
    points.as_array().unwrap().iter().map(|point| point["risk"].as_f64().unwrap()).collect()
}

#[test]
fn risks_equal_those_of_plain_arrays() {
    let cases = [
        ("X.npy", "y.npy", "0.5", "40", 0.2984),
        ("X_listlist.parquet", "y.npy", "0.5", "40", 0.2984),
        ("X_u32.parquet", "y.npy", "0.5", "40", 0.2936),
        ("X.npy", "y_dec4_2.parquet", "0.5", "40", 0.2985),
        ("X.npy", "l_bin2.parquet", "0.5", "40", 0.7755),
        ("rn.csv", "lab_na.csv", "0.5", "40", 0.6350),
        ("rn.csv", "lab_empty.txt", "0.5", "40", 0.6350),
        ("rn.csv", "nl_pd.csv", "0.5", "40", 0.6350),
        ("rn.csv", "nl_pl.csv", "0.5", "40", 0.6350),
        ("rn.csv", "nl_dd.csv", "0.5", "40", 0.6350),
        ("prob.parquet:embedding", "prob.txt", "optimal-nonnegative", "20", 0.5456),
        ("prob.parquet:embedding", "prob.parquet:label", "optimal-nonnegative", "20", 0.5456),
        ("qdeccols.parquet", "ref.txt", "optimal-nonnegative", "20", 0.6858),
        ("qdeccolsi.parquet", "ref.txt", "optimal-nonnegative", "20", 0.6858),
        // Rows as lists nested in a list, a hundred of them.
        ("q4.parquet:embedding", "lab_empty.txt", "optimal-nonnegative", "20", 1.0505),
        ("writers/polars.parquet", "writers/y.txt", "optimal-nonnegative", "100", 0.1986),
        (
            "writers/wide_intlabel.parquet",
            "writers/wide_intlabel.parquet:label",
            "optimal-nonnegative",
            "100",
            0.1986,
        ),
        ("writers/cells.h5ad:X_scGPT", "writers/cells.h5ad:cell_type", "optimal-nonnegative", "100", 0.1986),
    ];
    for (features, targets, ridge, samples, right) in cases {
        let found = risks(features, targets, ridge, samples, &[]);
        assert!((found[0] - right).abs() < 6e-5, "{features} {targets}: {found:?} for {right}");
    }
}

/// Targets that are a linear function of the features: the search for a ridge ends; without one the risk is 0 beyond the rank.
#[test]
fn linear_targets_have_risk_zero() {
    for (features, targets, flags) in
        [("one.csv", "two.txt", &[][..]), ("hot.csv", "hot.txt", &[]), ("lin.csv", "lin.txt", &["--numbers"])]
    {
        for ridge in ["0", "optimal-nonnegative"] {
            let found = risks(features, targets, ridge, "10,40", flags);
            assert!(found.iter().all(|risk| risk.abs() < 1e-9), "{features} {ridge}: {found:?}");
        }
    }
}
