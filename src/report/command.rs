//! Command lines that reproduce a result: a base scenario (a preset, or real features) and the differences from it.
//!
//! Running the line gives an identical [`Scenario`], and so the same numbers.

use std::borrow::Cow;

use toml::{Table, Value};

use crate::scenario::{Encoder, Family, Scenario, presets};

/// `riskscope COMMAND` with the scenario's flags followed by `more`, quoted for a shell; without a command, the line
/// of the dashboard.
#[must_use]
pub fn line(command: &str, scenario: &Scenario, more: &[String]) -> String {
    joined(command, arguments(scenario).iter().chain(more))
}

/// A command line for several featurizations, including that of the scenario.
#[must_use]
pub fn line_of_several(command: &str, scenario: &Scenario, kinds: &[&str], more: &[String]) -> String {
    let mut words = arguments(scenario);
    match words.iter().position(|word| word == "--featurization").and_then(|at| words.get_mut(at + 1)) {
        Some(kind) => *kind = kinds.join(","),
        None => words.extend(flag("--featurization", &kinds.join(","))),
    }
    joined(command, words.iter().chain(more))
}

fn joined<'a>(command: &'a str, arguments: impl Iterator<Item = &'a String>) -> String {
    let mut words = vec!["riskscope"];
    words.extend((!command.is_empty()).then_some(command));
    words.extend(arguments.map(String::as_str));
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

/// A word quoted for a shell if necessary.
fn quoted(word: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_alphanumeric() || "-_=.,:/+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.into() } else { shell_words::quote(word) }
}

/// A flag with its value, as the words of a command line.
#[must_use]
pub fn flag(name: &str, value: &str) -> Vec<String> {
    // A value that looks like a flag is joined with an equals sign.
    if value.starts_with('-') { vec![format!("{name}={value}")] } else { vec![name.into(), value.into()] }
}

/// The flags that describe the scenario, as few as possible.
#[must_use]
pub fn arguments(scenario: &Scenario) -> Vec<String> {
    let mut best: Option<Vec<String>> = None;
    for (mut words, base) in bases(scenario) {
        let Some(changes) = changes(base, scenario) else { continue };
        for (key, value) in changes {
            words.extend(match key.as_str() {
                "data.read" => vec![format!("--{value}")],
                "data.id" => flag("--id", &value),
                "data.labels-as-they-are" => vec!["--labels-as-they-are".into()],
                "data.groups" => flag("--groups", &value),
                "data.split-column" => flag("--split-column", &value),
                "data.task" => flag("--task", &value),
                "featurization.kind" => flag("--featurization", &value),
                "ridge" => flag("--ridge", &value),
                "noise" => flag("--noise", &value),
                _ => flag("--set", &format!("{key}={value}")),
            });
        }
        if best.as_ref().is_none_or(|b| words.len() < b.len()) {
            best = Some(words);
        }
    }
    best.unwrap_or_default()
}

/// Base scenarios for a command line, the shortest first.
fn bases(scenario: &Scenario) -> Vec<(Vec<String>, Scenario)> {
    if let Some(data) = &scenario.data {
        let path = |name: &str, path: &std::path::Path| flag(name, &path.to_string_lossy());
        let (mut words, base) = if data.encoders.is_empty() {
            (path("--features", &data.features), Scenario::measured(&data.features, &data.targets))
        } else {
            let named = |e: &Encoder| flag("--features", &format!("{}={}", e.name, e.features.display()));
            let words = data.encoders.iter().flat_map(named).collect();
            (words, Scenario::of_encoders(&data.encoders, &data.targets))
        };
        words.extend(path("--targets", &data.targets));
        // The default ridge of the dashboard differs from that of the commands.
        words.extend(flag("--ridge", &scenario.ridge.to_string()));
        return vec![(words, Scenario { ridge: scenario.ridge, ..base })];
    }
    let preset = |p: &presets::Preset| (flag("--preset", p.name), p.scenario());
    let mut all = vec![(Vec::new(), Scenario::default())];
    all.extend(presets::all().iter().map(preset));
    all
}

/// The settings that change `base` into `target`, in the order in which the command line applies them.
fn changes(base: Scenario, target: &Scenario) -> Option<Vec<(String, String)>> {
    let mut now = base;
    let mut made = Vec::new();
    let mut wanted = flat(target);
    wanted.sort_by_key(|(key, _)| rank(key));
    for (key, value) in &wanted {
        if find(&flat(&now), key) != Some(value) {
            now.set(key, &text(value)).ok()?;
            made.push((key.clone(), text(value)));
        }
    }
    for (key, _) in flat(&now) {
        if find(&wanted, &key).is_none() {
            // Settings of a test covariance are removed with its table.
            let key = if key.starts_with("test.") { "test.family".to_owned() } else { key };
            if key == "test.family" && now.test.is_none() {
                continue;
            }
            let word = match key.as_str() {
                "test.family" => Family::SAME,
                "noise" => "estimated",
                "featurization.size" => "best",
                "featurization.at" => "each",
                _ => return None,
            };
            now.set(&key, word).ok()?;
            made.push((key, word.into()));
        }
    }
    (now == *target).then_some(made)
}

/// Flags come before `--set`; kinds and families before their settings.
fn rank(key: &str) -> usize {
    const ORDER: [&str; 14] = [
        "data.read",
        "data.id",
        "data.labels-as-they-are",
        "data.groups",
        "data.split-column",
        "data.task",
        "featurization.kind",
        "ridge",
        "noise",
        "spectrum",
        "covariates.family",
        "task.family",
        "task.alignment",
        "test.family",
    ];
    ORDER.iter().position(|k| *k == key).unwrap_or(ORDER.len())
}

/// Dotted keys and their values. A spectrum is one value, since its lists must be set together.
fn flat(scenario: &Scenario) -> Vec<(String, Value)> {
    let table: Table = scenario.to_table();
    let mut all = Vec::new();
    for (key, value) in table {
        match value {
            Value::Table(inner) if key != "spectrum" => {
                all.extend(inner.into_iter().map(|(k, v)| (format!("{key}.{k}"), v)));
            }
            other => all.push((key, other)),
        }
    }
    all
}

fn find<'a>(all: &'a [(String, Value)], key: &str) -> Option<&'a Value> {
    all.iter().find(|(k, _)| k == key).map(|(_, v)| v)
}

/// The text for `--set`: the shortest text of a number, words unquoted where possible.
fn text(value: &Value) -> String {
    match value {
        Value::String(word) => {
            let quoted = matches!(word.parse(), Ok(Value::String(_)));
            if quoted || word.is_empty() || word.trim() != word { value.to_string() } else { word.clone() }
        }
        Value::Float(v) => format!("{v:?}"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command};
    use crate::scenario::parameter::{Kind, parameters};
    use clap::Parser;
    use proptest::prelude::*;

    /// The scenario that a command line is parsed to.
    fn parsed(line: &str) -> Scenario {
        let words = shell_words::split(line).unwrap();
        let cli = Cli::try_parse_from(&words).unwrap_or_else(|e| panic!("{line}: {e}"));
        match cli.command {
            Some(Command::Eval(args)) => args.scenario.resolve(),
            None => cli.scenario.resolve(),
            other => panic!("{other:?}"),
        }
        .unwrap_or_else(|e| panic!("{line}: {e}"))
    }

    fn holds(scenario: &Scenario) {
        let at = flag("--at", "0.5");
        for line in [line("eval", scenario, &at), line("", scenario, &[])] {
            assert_eq!(parsed(&line), *scenario, "{line}");
        }
    }

    #[test]
    fn presets_are_named() {
        for preset in presets::all() {
            holds(&preset.scenario());
            let wanted = match preset.name {
                "double-divergence" => "riskscope".to_owned(),
                name => format!("riskscope --preset {name}"),
            };
            assert_eq!(line("", &preset.scenario(), &[]), wanted);
        }
        let mut s = Scenario::default();
        s.set("ridge", "-1e-6").unwrap();
        s.set("task.ratio", "0.001").unwrap();
        assert_eq!(
            line("eval", &s, &flag("--samples", "200")),
            "riskscope eval --ridge=-1e-6 --set task.ratio=0.001 --samples 200"
        );
    }

    /// Several encoders with any one in focus; the ridge is always written, since the dashboard has another default.
    #[test]
    fn encoders_and_the_ridge_of_real_rows_are_named() {
        let encoder = |name: &str, features: &str| Encoder { name: name.into(), features: features.into() };
        let two = [encoder("minilm", "a.npy"), encoder("it's e5", "b c.parquet:embedding")];
        let mut s = Scenario::of_encoders(&two, "y.txt");
        holds(&s);
        s.set("data.encoder", "it's e5").unwrap();
        s.set("ridge", "optimal-nonnegative").unwrap();
        holds(&s);
        let words = [
            "riskscope --features minilm=a.npy --features 'it'\\''s e5=b c.parquet:embedding'",
            "--targets y.txt --ridge optimal-nonnegative --set 'data.encoder=it'\\''s e5'",
        ];
        let wanted = words.join(" ");
        assert_eq!(line("", &s, &[]), wanted);
        let one = Scenario::measured("a.npy", "y.txt");
        assert_eq!(line("", &one, &[]), "riskscope --features a.npy --targets y.txt --ridge 0");
        let words = shell_words::split(&line("", &one, &[])).unwrap();
        let opened = Cli::try_parse_from(&words).unwrap().scenario.resolve_with_view().unwrap().0;
        assert_eq!(opened, one);
        let plain = ["riskscope", "--features", "a.npy", "--targets", "y.txt"];
        let opened = Cli::try_parse_from(plain).unwrap().scenario.resolve_with_view().unwrap().0;
        assert_eq!(opened.ridge, crate::theory::RidgeChoice::OptimalNonNegative);
    }

    #[test]
    fn names_paths_and_tables_are_quoted() {
        for name in ["it's a \"test\"", "\"quoted\"", "", " blanks ", "$HOME `x` \\ *", "π = 3", "-x", "12"]
        {
            let mut s = Scenario { name: name.into(), ..Scenario::default() };
            holds(&s);
            s = Scenario { name: name.into(), ..Scenario::measured("-a b's.npy", "dir/t\"x\".csv") };
            if let Some(data) = &mut s.data {
                data.task = name.into();
            }
            holds(&s);
            s.set("noise", "0.25").unwrap();
            s.set("featurization.path", "it's.npy").unwrap();
            holds(&s);
        }
        let table = "dimension = 7\n[spectrum]\nweights = [0.25, 0.75]\neigenvalues = [3.1, 0.1]\n\
                     energies = [1e-300, 0.1]\n[featurization]\nkind = \"whitened\"\n";
        holds(&Scenario::from_toml(table).unwrap());
    }

    /// A value of any parameter, as a slider or a user might set it.
    fn value(kind: &Kind, t: f64, pick: usize) -> String {
        match kind {
            Kind::Choice { options } => options[pick % options.len()].clone(),
            Kind::Number { words, .. } if !words.is_empty() && pick.is_multiple_of(4) => {
                words[pick / 4 % words.len()].into()
            }
            Kind::Number { min, max, scale, .. } => {
                let v = if scale.is_log() { min * (max / min).powf(t) } else { min + t * (max - min) };
                if scale.is_integer() { v.round().to_string() } else { v.to_string() }
            }
            Kind::Text => "mean".into(),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn any_changed_scenario_round_trips(
            preset in 0..presets::all().len(),
            changes in prop::collection::vec((any::<usize>(), 0.0..1.0f64, any::<usize>()), 0..8),
        ) {
            let mut scenario = presets::all()[preset].scenario();
            for (which, t, pick) in changes {
                let all = parameters(&scenario);
                let parameter = &all[which % all.len()];
                // Incompatible settings are refused, and the scenario is unchanged.
                let _ = scenario.set(&parameter.key, &value(&parameter.kind, t, pick));
            }
            holds(&scenario);
        }
    }
}
