//! Overlapping sets of rows of several tasks: positions among all rows, and warnings about several sets together.

/// Rows, or groups if there are groups, that tasks have in common.
#[derive(Debug, Default)]
pub(in crate::scenario) struct Units {
    /// Number of all rows or groups.
    pub count: usize,
    /// For each task, the positions of its rows or groups among all.
    pub of_task: Vec<Vec<usize>>,
}

/// Warnings about several sets of rows, each beginning with the name of a task; of warnings that differ only in their numbers
/// the one with the most rows. Those in `said` are left out.
pub(in crate::scenario) fn alike(
    mut found: Vec<(String, usize, Vec<String>)>,
    said: &[String],
) -> Vec<String> {
    found.sort_by_key(|(_, rows, _)| std::cmp::Reverse(*rows));
    let kind = |warning: &str| warning.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    let mut all: Vec<(String, String, usize)> = Vec::new();
    for (name, _, warnings) in found {
        for warning in warnings.into_iter().filter(|warning| !said.contains(warning)) {
            let of = kind(&warning);
            match all.iter_mut().find(|(known, ..)| *known == of) {
                Some((_, _, more)) => *more += 1,
                None => all.push((of, format!("{name}: {warning}"), 0)),
            }
        }
    }
    let words = |(_, warning, more): (String, String, usize)| match more {
        0 => warning,
        more => format!("{warning} ({more} other targets alike)"),
    };
    all.into_iter().map(words).collect()
}
