//! Train/test parts among several files: folder and file names such as `train/`, `test-00000.parquet`.

use std::path::Path;

/// Names of parts of a split, in lower case.
const PARTS: [&str; 12] = [
    "train",
    "training",
    "test",
    "testing",
    "validation",
    "valid",
    "val",
    "dev",
    "eval",
    "heldout",
    "held_out",
    "holdout",
];

/// The part of a split named by a folder below `root` or by the first word of the file's name, and whether it is a
/// folder.
pub(super) fn part_of_split(root: &Path, file: &Path) -> Option<(String, bool)> {
    let below = file.strip_prefix(root).ok()?;
    let mut names: Vec<String> = below.iter().map(|name| name.to_string_lossy().to_lowercase()).collect();
    let last = names.pop()?;
    let known = |name: &str| PARTS.contains(&name);
    if let Some(folder) = names.into_iter().find(|name| known(name)) {
        return Some((folder, true));
    }
    let word = last.split(['-', '.']).next().unwrap_or_default();
    let word = if known(word) { word } else { word.split('_').next().unwrap_or_default() };
    known(word).then(|| (word.to_owned(), false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_named_by_folders_and_prefixes() {
        let part = |file: &str| part_of_split(Path::new("d"), Path::new(file));
        assert_eq!(part("d/train/0.parquet"), Some(("train".into(), true)));
        assert_eq!(part("d/data/test-00000-of-00001.parquet"), Some(("test".into(), false)));
        assert_eq!(part("d/held_out.parquet"), Some(("held_out".into(), false)));
        assert_eq!(part("d/val_3.parquet"), Some(("val".into(), false)));
        assert_eq!(part("d/split=train/0.parquet"), None);
        assert_eq!(part("d/trainer-1.parquet"), None);
    }
}
