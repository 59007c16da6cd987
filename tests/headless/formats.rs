//! Export formats and output files.

use crate::command::refused;
use crate::{bytes, json, text};
use riskscope::theme::{Depth, Role, Theme, rgb};

#[test]
fn out_never_replaces_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("frame.svg");
    let arguments = ["frame", "--format", "svg", "--out", path.to_str().unwrap()];
    assert!(bytes(&arguments).is_empty());
    let written = std::fs::read_to_string(&path).unwrap();
    assert!(roxmltree::Document::parse(&written).is_ok());
    refused(&arguments, &["already exists"]);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), written);
}

/// Width, height and pixels as a PNG decoder reads them.
fn pixels(arguments: &[&str]) -> (u32, u32, Vec<[u8; 3]>) {
    let bytes = bytes(arguments);
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut buffer = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut buffer).unwrap();
    assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Rgb, png::BitDepth::Eight));
    (info.width, info.height, buffer.chunks(3).map(|p| [p[0], p[1], p[2]]).collect())
}

#[test]
fn figures_can_be_decoded_and_have_their_content() {
    let curve = ["curve", "--featurization", "raw,ground-truth,optimal", "--points", "80", "--format"];
    let svg = text(&[&curve[..], &["svg"]].concat());
    let document = roxmltree::Document::parse(&svg).unwrap();
    let root = document.root_element();
    assert_eq!(
        (root.tag_name().name(), root.attribute("width"), root.attribute("height")),
        ("svg", Some("900"), Some("600"))
    );
    let words: Vec<&str> = document
        .descendants()
        .filter(|n| n.has_tag_name("text"))
        .filter_map(|n| n.text())
        .map(str::trim)
        .collect();
    let expected = [
        "double divergence",
        "raw",
        "ground truth",
        "best, no ridge",
        "reweight all",
        "keep the top 200",
        "infinite, n = 1000",
        "2.58, n = 200 · 200 strong directions",
        "0.2",
        "0.02",
        "1.6",
        "risk R",
    ];
    for expected in expected {
        assert!(words.contains(&expected), "{expected}: {words:?}");
    }

    let theme = Theme::built_in("light", Depth::TrueColor).unwrap();
    let (width, height, image) = pixels(&[&curve[..], &["png", "--size", "600x400"]].concat());
    assert_eq!((width, height), (600, 400));
    let count = |color: [u8; 3]| image.iter().filter(|p| **p == color).count();
    let all = 600 * 400;
    assert!(
        count([255, 255, 255]) > all / 10
            && count(rgb(theme.tint(Role::Soft).unwrap()).unwrap()) > all / 20
            && count(rgb(theme.tint(Role::Hard).unwrap()).unwrap()) > all / 4
    );
    assert!(count(rgb(theme.style(Role::Optimal).fg.unwrap()).unwrap()) > 100, "a curve in its colour");
    assert!(image.iter().filter(|p| p.iter().all(|v| *v < 130)).count() > 300, "axes and words");

    // The areas of the regimes equal their shares of the plane.
    let plane = json(&["phase", "--format", "json"]);
    let regimes: Vec<&str> = plane["regime"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|r| r.as_array().unwrap())
        .map(|r| r.as_str().unwrap())
        .collect();
    let share = |name: &str| regimes.iter().filter(|r| **r == name).count() as f64 / regimes.len() as f64;
    let (.., image) = pixels(&["phase", "--format", "png", "--size", "600x400"]);
    let area = |color: [u8; 3]| image.iter().filter(|p| **p == color).count() as f64;
    let areas = [("soft", Role::Soft), ("hard", Role::Hard), ("null", Role::Null)]
        .map(|(name, role)| (name, area(rgb(theme.fill(role).unwrap()).unwrap())));
    let whole: f64 = areas.iter().map(|a| a.1).sum();
    for (name, area) in areas {
        assert!((area / whole - share(name)).abs() < 0.02, "{name}: {} {}", area / whole, share(name));
    }
    let svg = text(&["phase", "--format", "svg", "--columns", "30", "--rows", "20"]);
    let document = roxmltree::Document::parse(&svg).unwrap();
    assert!(document.descendants().any(|n| n.text().is_some_and(|t| t.contains("triple point"))));
    refused(&["phase", "--format", "png", "--size", "20x20"], &["--size", "200x150"]);
}

#[test]
fn the_ending_of_out_chooses_the_format() {
    let folder = tempfile::tempdir().unwrap();
    let starts: [(&str, &[u8]); 5] = [
        ("csv", b"featurization,"),
        ("json", b"{"),
        ("svg", b"<svg"),
        ("png", b"\x89PNG"),
        ("txt", b"risk R"),
    ];
    for (ending, start) in starts {
        let path = folder.path().join(format!("curve.{ending}"));
        assert!(bytes(&["curve", "--points", "20", "--out", path.to_str().unwrap()]).is_empty());
        let written = std::fs::read(path).unwrap();
        assert!(written.starts_with(start), "{ending}");
    }
}

/// A file ending that is not a known format is rejected.
#[test]
fn an_unknown_file_ending_is_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    for arguments in [
        &["curve"][..],
        &["curve", "--format", "svg"],
        &["phase", "--rows", "3", "--columns", "3"],
        &["frame"],
        &["frame", "--format", "svg"],
    ] {
        refused(&[arguments, &["--out", &path("x.PDF")]].concat(), &["--out", ".pdf", ".svg"]);
    }
    refused(&["curve", "--out", &path("x.dat")], &["--out", ".dat", ".csv", "--format"]);
    assert!(bytes(&["curve", "--format", "csv", "--out", &path("x.dat")]).is_empty());
    assert!(std::fs::read_to_string(path("x.dat")).unwrap().starts_with("featurization,"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
