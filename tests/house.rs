//! Dependencies between modules point down only, and no files of a module import each other in a circle. Checked on the
//! sources (`use` lines and paths, without tests); re-exports are followed to the file that defines the item.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Modules from the bottom up: each may use those before it.
const ROOMS: [&str; 16] = [
    "numbers",
    "outside",
    "linalg",
    "theory",
    "data",
    "scenario",
    "evidence",
    "study",
    "engine",
    "theme",
    "chart",
    "terminal",
    "figure",
    "report",
    "dashboard",
    "cli",
];

/// Modules of the dashboard, in this order as well.
const DASHBOARD: [&str; 6] = ["model", "config", "update", "input", "view", "app"];

type Module = Vec<String>;

struct House {
    /// Sources without comments, strings and test code.
    sources: BTreeMap<Module, String>,
    /// Re-exports of a module: (module, name) → path.
    passed_on: BTreeMap<(Module, String), Module>,
}

#[test]
fn modules_use_only_modules_below_them() {
    let arrows = House::read().arrows();
    let up = pointing_up(&arrows, &ROOMS);
    assert!(up.is_empty(), "arrows that point up:\n{}", up.join("\n"));

    // Between the submodules of the dashboard.
    let inside = |module: &Module| match module.split_first() {
        Some((room, rest)) if room == "dashboard" && !rest.is_empty() => Some(rest.to_vec()),
        _ => None,
    };
    let arrows: BTreeSet<_> =
        arrows.iter().filter_map(|(from, to)| Some((inside(from)?, inside(to)?))).collect();
    assert!(arrows.len() > 50, "the dashboard's files are there");
    let up = pointing_up(&arrows, &DASHBOARD);
    assert!(up.is_empty(), "arrows that point up in the dashboard:\n{}", up.join("\n"));
}

/// Dependencies on a module that is later in the list.
fn pointing_up(arrows: &BTreeSet<(Module, Module)>, rooms: &[&str]) -> Vec<String> {
    let place = |module: &Module| {
        let room = module.first().expect("a room");
        rooms.iter().position(|r| r == room).unwrap_or_else(|| panic!("{room} has no place in the house"))
    };
    let up = arrows.iter().filter(|(from, to)| place(to) > place(from));
    up.map(|(from, to)| format!("{} → {}", from.join("/"), to.join("/"))).collect()
}

#[test]
fn no_circular_imports() {
    let circles: Vec<_> =
        circles(&House::read().arrows()).into_iter().map(|circle| circle.join(" ")).collect();
    assert!(circles.is_empty(), "files that need each other:\n{}", circles.join("\n"));
}

/// The parser of this test, on a crate of four files.
#[test]
fn circles_are_found_through_use_lines_paths_and_reexports() {
    let sources = [
        ("a", "mod b; mod c; pub use b::{B, deep::D as E};"),
        ("a/b", "use super::c::C; /* use super::c */ pub struct B; \"use crate::a::c::X;\""),
        ("a/c", "fn f() { crate::a::B } // use super::b"),
        ("a/d", "use super::E; #[cfg(test)] mod tests { use super::super::c::C; }"),
        ("a/b/deep", "pub struct D;"),
    ];
    let house = House::of(sources.iter().map(|(file, text)| (module(file), (*text).to_owned())).collect());
    let arrows: Vec<String> =
        house.arrows().iter().map(|(from, to)| format!("{} {}", from.join("/"), to.join("/"))).collect();
    assert_eq!(arrows, ["a/b a/c", "a/c a/b", "a/d a/b/deep"]);
    assert_eq!(circles(&house.arrows()), [["a/b", "a/c"]]);
}

impl House {
    fn read() -> Self {
        let mut files = BTreeMap::new();
        collect(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), "", &mut files);
        assert!(files.len() > 50, "the sources are there");
        Self::of(files)
    }

    fn of(files: BTreeMap<Module, String>) -> Self {
        let (mut sources, mut tests) = (BTreeMap::new(), Vec::new());
        for (module, text) in files {
            let (text, hidden) = without_tests(&without_words(&text));
            tests.extend(hidden.into_iter().map(|name| [module.clone(), vec![name]].concat()));
            sources.insert(module, text);
        }
        sources.retain(|module, _| !tests.iter().any(|test| module.starts_with(test)));
        let mut house = Self { sources, passed_on: BTreeMap::new() };
        let mut passed_on = BTreeMap::new();
        for (module, text) in &house.sources {
            for (public, path, name) in uses(text) {
                if let (true, Some(full)) = (public, house.absolute(module, &path)) {
                    passed_on.insert((module.clone(), name), full);
                }
            }
        }
        house.passed_on = passed_on;
        house
    }

    /// The files that each file uses, without those inside the module that it is the parent of.
    fn arrows(&self) -> BTreeSet<(Module, Module)> {
        let mut arrows = BTreeSet::new();
        for (from, text) in self.sources.iter().filter(|(module, _)| !module.is_empty()) {
            let named = uses(text).into_iter().map(|(_, path, _)| path);
            for path in named.chain(paths(text)) {
                let Some(to) = self.absolute(from, &path).and_then(|full| self.defining(full)) else {
                    continue;
                };
                if !to.is_empty() && !to.starts_with(from) && !from.starts_with(&to) {
                    arrows.insert((from.clone(), to));
                }
            }
        }
        arrows
    }

    /// The path from the root of the crate; `None` for other crates and the standard library.
    fn absolute(&self, module: &Module, path: &[String]) -> Option<Module> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some([module, rest].concat()),
            "super" => {
                let up = path.iter().take_while(|segment| *segment == "super").count();
                let above = module.get(..module.len().checked_sub(up)?)?;
                Some([above, path.get(up..)?].concat())
            }
            child => {
                let child: Module = [module.as_slice(), &[child.to_owned()]].concat();
                self.sources.contains_key(&child).then(|| [child, rest.to_vec()].concat())
            }
        }
    }

    /// The module of the file in which the path ends, following re-exports.
    fn defining(&self, mut full: Module) -> Option<Module> {
        'again: for _ in 0..20 {
            for length in (0..=full.len()).rev() {
                let (module, rest) = full.split_at(length);
                if !self.sources.contains_key(module) {
                    continue;
                }
                if let Some((name, beyond)) = rest.split_first()
                    && let Some(origin) = self.passed_on.get(&(module.to_vec(), name.clone()))
                {
                    full = [origin, beyond].concat();
                    continue 'again;
                }
                return Some(module.to_vec());
            }
        }
        None
    }
}

/// Groups of files, each of which reaches all others of its group.
fn circles(arrows: &BTreeSet<(Module, Module)>) -> Vec<Vec<String>> {
    let mut next: BTreeMap<&Module, Vec<&Module>> = BTreeMap::new();
    for (from, to) in arrows {
        next.entry(from).or_default().push(to);
    }
    let reached: BTreeMap<&Module, BTreeSet<&Module>> = next
        .keys()
        .map(|start| {
            let (mut seen, mut open) = (BTreeSet::new(), vec![*start]);
            while let Some(module) = open.pop() {
                open.extend(next.get(module).into_iter().flatten().copied().filter(|to| seen.insert(*to)));
            }
            (*start, seen)
        })
        .collect();
    let mut groups = BTreeSet::new();
    for (start, seen) in reached.iter().filter(|(start, seen)| seen.contains(*start)) {
        let mutual = seen.iter().filter(|other| reached.get(*other).is_some_and(|back| back.contains(start)));
        groups.insert(mutual.map(|module| module.join("/")).collect::<Vec<_>>());
    }
    groups.into_iter().collect()
}

fn module(file: &str) -> Module {
    file.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn collect(directory: &Path, name: &str, files: &mut BTreeMap<Module, String>) {
    for entry in fs::read_dir(directory).expect("a directory of sources") {
        let path = entry.expect("an entry").path();
        let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let below = format!("{name}/{stem}");
        if path.is_dir() {
            collect(&path, &below, files);
        } else if path.extension().is_some_and(|e| e == "rs") && !(name.is_empty() && stem == "main") {
            let name = if stem == "mod" || (name.is_empty() && stem == "lib") { name } else { &below };
            files.insert(module(name), fs::read_to_string(&path).expect("UTF-8"));
        }
    }
}

/// Source code with comments removed and strings emptied.
fn without_words(text: &str) -> String {
    let (mut code, mut rest) = (String::new(), text);
    while let Some(c) = rest.chars().next() {
        let skip = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if rest.starts_with("r\"")
            || rest.starts_with("r#") && rest.trim_start_matches(['r', '#']).starts_with('"')
        {
            let hashes = rest.chars().skip(1).take_while(|c| *c == '#').count();
            let close = format!("\"{}", "#".repeat(hashes));
            rest.get(hashes + 2..)
                .and_then(|body| body.find(&close))
                .map_or(rest.len(), |end| 2 * hashes + 3 + end)
        } else if c == '"' {
            let mut escaped = false;
            let end = rest.char_indices().skip(1).find(|&(_, c)| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            end.map_or(rest.len(), |(i, _)| i + 1)
        } else if let Some(quoted) = rest.strip_prefix('\'') {
            // A character, not a lifetime.
            let body = quoted.strip_prefix('\\').map_or(quoted, |q| q);
            let first = body.chars().next().map_or(0, char::len_utf8);
            let after = 1 + (quoted.len() - body.len()) + first;
            match rest.get(after..).and_then(|r| r.find('\'')) {
                Some(0) => after + 1,
                Some(end) if body.len() < quoted.len() && end < 8 => after + end + 1,
                _ => 0,
            }
        } else {
            0
        };
        if skip > 0 {
            code.push(' ');
        } else {
            code.push(c);
        }
        rest = rest.get(skip.max(c.len_utf8())..).unwrap_or("");
    }
    code
}

/// The code outside tests, and the names of test modules that have files of their own.
fn without_tests(code: &str) -> (String, Vec<String>) {
    let (mut kept, mut modules, mut rest) = (String::new(), Vec::new(), code);
    while let Some((before, after)) = rest.split_once("#[cfg(test)]") {
        kept.push_str(before);
        let mut depth = 0_usize;
        let end = after.char_indices().find(|&(_, c)| {
            depth = match c {
                '{' => depth + 1,
                '}' => depth.saturating_sub(1),
                _ => depth,
            };
            depth == 0 && matches!(c, ';' | '}')
        });
        let (item, left) = after.split_at(end.map_or(after.len(), |(i, _)| i + 1));
        if let Some((_, name)) = item.trim_end_matches(';').rsplit_once("mod ") {
            modules.push(name.trim().to_owned());
        }
        rest = left;
    }
    (kept + rest, modules)
}

/// Every `use`: whether it is public, its path, and its local name.
fn uses(code: &str) -> Vec<(bool, Module, String)> {
    let mut found = Vec::new();
    for (place, _) in code.match_indices("use ") {
        let before = code.get(..place).unwrap_or("");
        if before.chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let before = before.trim_end();
        let public = before.ends_with("pub")
            || before
                .rsplit_once("pub(")
                .is_some_and(|(_, scope)| scope.find(')') == scope.len().checked_sub(1));
        let tree = code.get(place + 4..).and_then(|t| t.split_once(';')).map_or("", |t| t.0);
        for path in branches(&tree.split_whitespace().collect::<Vec<_>>().join(" ")) {
            let (path, alias) = path.split_once(" as ").map_or((path.as_str(), None), |(p, a)| (p, Some(a)));
            let mut segments: Module =
                path.split("::").map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect();
            if segments.len() > 1 && segments.last().is_some_and(|last| last == "self") {
                segments.pop();
            }
            let name = alias.map(str::trim).or(segments.last().map(String::as_str)).unwrap_or("").to_owned();
            found.push((public, segments, name));
        }
    }
    found
}

/// Expands `a::{b, c::{d}}` to `a::b`, `a::c::d`.
fn branches(tree: &str) -> Vec<String> {
    let Some((stem, group)) = tree.split_once('{') else { return vec![tree.to_owned()] };
    let (mut depth, mut part, mut parts) = (0_usize, String::new(), Vec::new());
    for c in group.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => parts.push(std::mem::take(&mut part)),
            _ => {
                depth = match c {
                    '{' => depth + 1,
                    '}' => depth - 1,
                    _ => depth,
                };
                part.push(c);
            }
        }
    }
    parts.push(part);
    let parts = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty());
    parts.flat_map(branches).map(|branch| format!("{}{branch}", stem.trim())).collect()
}

/// Paths in the code that begin with `crate` or `super`.
fn paths(code: &str) -> Vec<Module> {
    let mut found = Vec::new();
    for start in ["crate::", "super::"] {
        for (place, _) in code.match_indices(start) {
            let path: String = code
                .get(place..)
                .into_iter()
                .flat_map(str::chars)
                .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':'))
                .collect();
            let starts_a_path = !code.get(..place).is_some_and(|before| before.ends_with("::"));
            if starts_a_path {
                found.push(path.split("::").filter(|s| !s.is_empty()).map(str::to_owned).collect());
            }
        }
    }
    found
}
