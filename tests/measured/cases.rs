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
        ("ref.npy", "ref.txt", "optimal-nonnegative", "20", 0.6858),
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
        ("writers/X.npy", "writers/y.npy", "optimal-nonnegative", "100", 0.1986),
        // Fits on 100 of these rows have 0.186 on the others at alpha 10.
        ("writers/X.npy", "writers/num.npy", "optimal-nonnegative", "100", 0.1836),
        // One of 400 labels is NA; counted as a class it gives 0.2052.
        ("writers/X.npy", "writers/r_y_na.csv", "optimal-nonnegative", "100", 0.1989),
        ("writers/X.npy", "writers/y_None.txt", "optimal-nonnegative", "100", 0.1988),
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
    let cases = [
        ("one.csv", "two.txt", "10,40", &[][..]),
        ("hot.csv", "hot.txt", "10,40", &[]),
        ("lin.csv", "lin.txt", "10,40", &["--numbers"]),
        // The target is one of ten columns.
        ("rows/hm_x.npy", "rows/hm_y.npy", "12,50", &[]),
    ];
    for (features, targets, samples, flags) in cases {
        for ridge in ["0", "optimal-nonnegative"] {
            let found = risks(features, targets, ridge, samples, flags);
            assert!(found.iter().all(|risk| risk.abs() < 1e-9), "{features} {ridge}: {found:?}");
        }
    }
}

/// 300 rows of polynomials of indicators, more columns than rows; fits on other rows have 0.284, 0.141, 0.088 and 0.057.
#[test]
fn polynomials_of_indicators_have_the_risk_of_fits_up_to_twice_the_rows() {
    let found =
        risks("rows/zero.npz:X", "rows/zero.npz:y", "optimal-nonnegative", "75,150,300,600", &["--numbers"]);
    for (found, right) in found.iter().zip([0.3347, 0.1435, 0.0724, 0.0543]) {
        assert!((found - right).abs() < 6e-5, "{found} for {right}");
    }
}

/// Two encoders of noise, with random classes: AUC 0.5, and none is better.
#[test]
fn noise_has_no_winner() {
    let file = "tests/data/files/rows/noise.npz";
    let encoders = [format!("n1={file}:n1"), format!("n2={file}:n2")];
    let targets = format!("{file}:y");
    let flags = ["--metric", "auc", "--targets", &targets];
    let features = ["compare", "--features", &encoders[0], "--features", &encoders[1]];
    let output = riskscope(&[&features[..], &flags].concat()).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let rows: Vec<&str> = said.lines().filter(|line| line.contains(" ± 0.")).collect();
    assert!(rows.len() > 3 && rows.iter().all(|row| row.contains("too close to call")), "{said}");
    for row in rows {
        let numbers: Vec<f64> = row.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        assert!(numbers.len() > 4 && (numbers[1] - 0.5).abs() < numbers[2], "{row}");
        assert!((numbers[3] - 0.5).abs() < numbers[4], "{row}");
    }
}
