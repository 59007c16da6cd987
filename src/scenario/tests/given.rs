//! Covariances of covariates and tasks from files (section 2).

use std::path::Path;

use ndarray::Array2;
use tempfile::TempDir;

use super::*;

const P: usize = 40;

fn diagonal(value: impl Fn(usize) -> f64) -> Array2<f64> {
    Array2::from_shape_fn((P, P), |(i, j)| if i == j { value(i) } else { 0.0 })
}

fn written(folder: &TempDir, name: &str, matrix: &Array2<f64>) -> String {
    let path = folder.path().join(name);
    ndarray_npy::write_npy(&path, matrix).unwrap();
    path.to_str().unwrap().into()
}

fn families() -> Scenario {
    Scenario::from_toml(&format!(
        "dimension = {P}\n[covariates]\nfamily = \"power-law\"\nexponent = 1.5\n\
         [task]\nfamily = \"two-level\"\nfraction = 0.25\nratio = 1e-3"
    ))
    .unwrap()
}

fn built(scenario: &Scenario) -> Result<Model, ScenarioError> {
    Model::new(scenario, None, &|| false)
}

#[test]
fn matrices_of_families_have_the_risk_of_the_families() {
    let folder = tempfile::tempdir().unwrap();
    let covariates = diagonal(|j| 7.0 * (1.0 + j as f64).powf(-1.5));
    let tasks = diagonal(|j| if j < P / 4 { 0.3 } else { 0.3e-3 });
    let of_x = written(&folder, "x.npy", &covariates);
    let of_theta = written(&folder, "theta.npy", &tasks);
    let axis = folder.path().join("axis.npy");
    ndarray_npy::write_npy(&axis, &tasks.diag().to_owned()).unwrap();
    let axis = axis.to_str().unwrap().to_owned();
    let list = written(&folder, "list.npy", &tasks.diag().to_owned().insert_axis(ndarray::Axis(1)));
    let want = built(&families()).unwrap();
    for files in [
        &[("covariates.file", &of_x)][..],
        &[("task.file", &of_theta)],
        &[("task.file", &list)],
        &[("task.file", &axis)],
        &[("covariates.file", &of_x), ("task.file", &of_theta)],
    ] {
        let mut scenario = families();
        for (key, path) in files {
            scenario.set(key, path).unwrap();
        }
        let got = built(&scenario).unwrap();
        for kind in [Featurization::Raw, Featurization::GroundTruth, Featurization::Whitened] {
            for alpha in [0.3, 0.7, 1.6] {
                close(ridgeless(&got, &kind, alpha).risk, ridgeless(&want, &kind, alpha).risk, 1e-9);
            }
        }
        let read = Scenario::from_toml(&scenario.to_toml()).unwrap();
        assert_eq!(read, scenario);
    }
}

#[test]
fn a_path_is_enough_and_relative_to_the_scenario() {
    let scenario = Scenario::from_toml(
        "name = \"two matrices\"\n[covariates]\nfile = \"x.npy\"\n[task]\nfile = \"t.npy\"",
    )
    .unwrap();
    assert_eq!(scenario.covariates.name(), "file");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scenario.toml");
    std::fs::write(&path, scenario.to_toml()).unwrap();
    let loaded = Scenario::load(&path).unwrap();
    assert_eq!(loaded.get("task.file").unwrap().to_string(), folder.path().join("t.npy").to_str().unwrap());
    assert_eq!(loaded.to_toml_at(Path::new(&path)), scenario.to_toml());
    assert!(refusal("[task]\nfile = \"t.npy\"\nalignment = \"anti-aligned\"").contains("own directions"));
    assert!(refusal("[test]\nfamily = \"file\"").contains("test.family"));
}

#[test]
fn a_matrix_that_is_not_a_covariance_is_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let identity = diagonal(|_| 1.0);
    let mut asymmetric = identity.clone();
    asymmetric[(0, 1)] = 0.5;
    let mut negative = identity.clone();
    negative[(0, 1)] = 2.0;
    negative[(1, 0)] = 2.0;
    let mut unknown = identity.clone();
    unknown[(3, 3)] = f64::NAN;
    let singular = diagonal(|j| if j == 0 { 0.0 } else { 1.0 });
    for (matrix, words) in [
        (Array2::zeros((P, 3)), "40×3"),
        (Array2::ones((1, 2001)), "at most 2000"),
        (asymmetric, "symmetric"),
        (negative, "below 0"),
        (diagonal(|j| 1.0 - j as f64), "below 0"),
        (unknown, "m.npy"),
        (Array2::zeros((P, P)), "every entry is 0"),
        (singular, "1 of 40 eigenvalues are 0"),
    ] {
        let path = written(&folder, "m.npy", &matrix);
        for key in ["covariates.file", "task.file"] {
            let mut scenario = families();
            scenario.set(key, &path).unwrap();
            match built(&scenario) {
                // Tasks may leave directions without energy.
                Ok(_) => assert!(key == "task.file" && words.contains("eigenvalues are 0"), "{key}: {words}"),
                Err(why) => {
                    let why = why.to_string();
                    assert!(why.contains(words) && !why.contains('\n'), "{why}");
                }
            }
        }
    }
    let mut scenario = families();
    scenario.set("covariates.file", folder.path().join("none.npy").to_str().unwrap()).unwrap();
    assert!(built(&scenario).unwrap_err().to_string().contains("none.npy"));
    scenario.set("covariates.file", "").unwrap();
    assert!(built(&scenario).unwrap_err().to_string().contains("covariates.file is missing"));
}

/// The number of rows of the matrix is p: `dimension` cannot be another.
#[test]
fn the_dimension_is_that_of_the_matrix() {
    let folder = tempfile::tempdir().unwrap();
    let of_x = written(&folder, "x.npy", &diagonal(|j| 1.0 + j as f64));
    let larger = written(&folder, "larger.npy", &Array2::eye(P + 1));
    for key in ["covariates.file", "task.file"] {
        let mut scenario = Scenario::default();
        scenario.set(key, &of_x).unwrap();
        assert_eq!(built(&scenario).unwrap().dimension(), P);
        let why = scenario.set("dimension", "40").unwrap_err().to_string();
        assert!(why.contains(&format!("dimension and {key} cannot both be given")), "{why}");
        assert!(parameter::parameters(&scenario).iter().all(|p| p.key != "dimension"));
        assert!(!scenario.to_toml().contains("dimension"));
        scenario.set(&key.replace("file", "family"), "power-law").unwrap();
        assert_eq!(scenario.get("dimension").unwrap().to_string(), "1000");
    }
    assert!(refusal("dimension = 40\n[task]\nfile = \"t.npy\"").contains("number of rows of the matrix"));
    let mut scenario = Scenario::default();
    scenario.set("covariates.file", &of_x).unwrap();
    scenario.set("task.file", &larger).unwrap();
    let why = built(&scenario).unwrap_err().to_string();
    assert!(why.contains("dimension 40") && why.contains("dimension 41"), "{why}");
    // Files of a population are read once: a later change of a file is another scenario.
    scenario.set("task.file", &of_x).unwrap();
    let before = built(&scenario).unwrap();
    std::fs::remove_file(&of_x).unwrap();
    scenario.set("noise", "0.3").unwrap();
    assert_eq!(Model::new(&scenario, Some(&before), &|| false).unwrap().dimension(), P);
    assert!(built(&scenario).unwrap_err().to_string().contains("x.npy"));
}
