//! Actions of keys in normal mode: one record for each, with its configuration name, its line of help and its default
//! keys. The palette and the mouse use the same actions.

use std::sync::LazyLock;

use super::view::View;

/// An action of the dashboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    Quit,
    QuitTelling,
    Suspend,
    Help,
    Commands,
    Presets,
    Papers,
    Increase,
    Decrease,
    IncreaseMuch,
    DecreaseMuch,
    FocusNext,
    FocusPrevious,
    NextGroup,
    PreviousGroup,
    Type,
    Toggle,
    Reset,
    ResetAll,
    Undo,
    Redo,
    View(View),
    NextView,
    CrosshairLeft,
    CrosshairRight,
    CrosshairFarLeft,
    CrosshairFarRight,
    CrosshairUp,
    CrosshairDown,
    NextMark,
    PreviousMark,
    TypeSamples,
    TypeTarget,
    Freeze,
    Frozen,
    Control,
    Standardise,
    Pin,
    XAxis,
    Measure,
    Logistic,
    Full,
    Details,
    Stack,
    LogRatio,
    LogRisk,
    Metric,
    Encoder,
    ZoomIn,
    ZoomOut,
    ZoomReset,
    Save,
    Copy,
    Export,
    Theme,
    Mouse,
    Redraw,
    Cancel,
}

/// The section of the help that lists an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Parameters,
    Views,
    Crosshair,
    Session,
}

impl Section {
    pub const ALL: [Self; 4] = [Self::Parameters, Self::Views, Self::Crosshair, Self::Session];

    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Parameters => "Parameters",
            Self::Views => "Views",
            Self::Crosshair => "Crosshair and readout",
            Self::Session => "Session",
        }
    }
}

/// The record of an action, apart from its effect.
#[derive(Debug, Clone, Copy)]
pub struct About {
    pub action: Action,
    /// Name in the configuration; a stable identifier.
    pub name: &'static str,
    pub section: Section,
    pub words: &'static str,
    /// Names of its keys; help and footer show the first.
    pub keys: &'static [&'static str],
}

type Entry = (Action, &'static str, &'static str, &'static [&'static str]);

const PARAMETERS: &[Entry] = &[
    (Action::FocusPrevious, "focus-previous", "previous parameter", &["up", "k"]),
    (Action::FocusNext, "focus-next", "next parameter", &["down", "j"]),
    (Action::PreviousGroup, "previous-group", "previous group", &["page-up", "{"]),
    (Action::NextGroup, "next-group", "next group", &["page-down", "}"]),
    (Action::Decrease, "decrease", "less, or the previous choice", &["left", "h"]),
    (Action::Increase, "increase", "more, or the next choice", &["right", "l"]),
    (Action::DecreaseMuch, "decrease-much", "much less", &["shift-left", "H"]),
    (Action::IncreaseMuch, "increase-much", "much more", &["shift-right", "L"]),
    (Action::Type, "type", "type a value, or list them", &["enter"]),
    (Action::Toggle, "toggle", "show or hide a curve", &["space"]),
    (Action::Reset, "reset", "reset this parameter", &["backspace"]),
    (Action::ResetAll, "reset-all", "reset the whole scenario", &["delete"]),
    (Action::Standardise, "standardise", "unit-variance columns, or raw", &["S"]),
    (Action::Encoder, "encoder", "focus the next encoder", &["w"]),
    (Action::Undo, "undo", "undo", &["u"]),
    (Action::Redo, "redo", "redo", &["U", "ctrl-r"]),
    (Action::CrosshairUp, "crosshair-up", "plane: y value up", &["shift-up", "K"]),
    (Action::CrosshairDown, "crosshair-down", "plane: y value down", &["shift-down", "J"]),
];

const AFTER_VIEWS: &[Entry] = &[
    (Action::NextView, "next-view", "next view", &["tab"]),
    (Action::Measure, "measure", "measure on samples, or stop", &["m"]),
    (Action::Logistic, "logistic", "logistic regression too", &["o"]),
    (Action::XAxis, "x-axis", "axes: n/p, n or any parameter", &["X"]),
    (Action::Freeze, "freeze", "freeze the curve", &["f"]),
    (Action::Frozen, "frozen", "frozen curves: name, remove", &["F"]),
    (Action::Control, "control", "shuffled labels, as a control", &["C"]),
    (Action::Pin, "pin", "pin this n, or unpin", &["i"]),
    (Action::Full, "full", "plot alone on or off", &["z"]),
    (Action::Stack, "stack", "terms stacked or as lines", &["v"]),
    (Action::LogRatio, "log-ratio", "x axis log or linear", &["x"]),
    (Action::Metric, "metric", "risk, R², AUC, accuracy, …", &["a"]),
    (Action::LogRisk, "log-risk", "risk axis log or linear", &["r"]),
    (Action::ZoomIn, "zoom-in", "zoom in around the crosshair", &["+", "="]),
    (Action::ZoomOut, "zoom-out", "zoom out", &["-"]),
    (Action::ZoomReset, "zoom-reset", "reset the range", &["0"]),
];

const CROSSHAIR: &[Entry] = &[
    (Action::CrosshairLeft, "crosshair-left", "crosshair left", &[","]),
    (Action::CrosshairRight, "crosshair-right", "crosshair right", &["."]),
    (Action::CrosshairFarLeft, "crosshair-far-left", "crosshair far left", &["<"]),
    (Action::CrosshairFarRight, "crosshair-far-right", "crosshair far right", &[">"]),
    (Action::NextMark, "next-mark", "to the next peak or change", &["n"]),
    (Action::PreviousMark, "previous-mark", "to the previous one", &["N"]),
    (Action::Details, "details", "κ, df and λ, or the terms", &["d"]),
    (Action::TypeSamples, "type-samples", "go to an n, or a value of x", &["g"]),
    (Action::TypeTarget, "type-target", "samples for a target", &["t"]),
];

const SESSION: &[Entry] = &[
    (Action::Commands, "commands", "find any command or parameter", &[":"]),
    (Action::Presets, "presets", "presets", &["p"]),
    (Action::Papers, "papers", "papers, and what they show", &["P"]),
    (Action::Save, "save", "save the scenario as TOML", &["s"]),
    (Action::Copy, "copy", "copy numbers or command lines", &["y"]),
    (Action::Export, "export", "export tables and figures", &["e"]),
    (Action::Theme, "theme", "choose a theme", &["T"]),
    (Action::Mouse, "mouse", "mouse on or off", &["M"]),
    (Action::Redraw, "redraw", "redraw", &["ctrl-l"]),
    (Action::Suspend, "suspend", "suspend", &["ctrl-z"]),
    (Action::Cancel, "cancel", "close what is open", &["esc"]),
    (Action::Help, "help", "this help", &["?"]),
    (Action::QuitTelling, "quit-telling", "quit and print the readout", &["Q"]),
    (Action::Quit, "quit", "quit", &["q", "ctrl-c"]),
];

/// The keys of the views, in their order.
const DIGITS: [&[&str]; 9] = [&["1"], &["2"], &["3"], &["4"], &["5"], &["6"], &["7"], &["8"], &["9"]];

/// Every action, in the order of the help.
pub static ABOUT: LazyLock<Vec<About>> = LazyLock::new(|| {
    let listed = |section, entries: &'static [Entry]| {
        entries.iter().map(move |&(action, name, words, keys)| About { action, name, section, words, keys })
    };
    let views = View::ALL.map(View::record).into_iter().zip(DIGITS).map(|(view, keys)| About {
        action: Action::View(view.view),
        name: view.action,
        section: Section::Views,
        words: view.words,
        keys,
    });
    listed(Section::Parameters, PARAMETERS)
        .chain(views)
        .chain(listed(Section::Views, AFTER_VIEWS))
        .chain(listed(Section::Crosshair, CROSSHAIR))
        .chain(listed(Section::Session, SESSION))
        .collect()
});

impl Action {
    /// Search words in addition to those of its help.
    #[must_use]
    pub const fn also(self) -> &'static str {
        match self {
            Self::View(View::Risk) => "risk view 1 learning curve",
            Self::View(View::Variance) => "variance view 2 decomposition bias terms",
            Self::View(View::Selection) => "selection view 3 optimal features",
            Self::View(View::Phase) => "phase view 4 plane regimes",
            Self::View(View::Data) => "data view 5 spectrum eigenvalues classes",
            Self::Freeze => "compare what if keep before after",
            Self::Frozen => "compare what if remove",
            Self::Control => "permuted random chance baseline leak null",
            Self::Logistic => "probe classifier evidence other",
            Self::Standardise => "standardise scale normalise",
            Self::Export => "picture snapshot image figure file svg png csv",
            Self::Copy => "clipboard snapshot command line",
            Self::TypeTarget => "labels budget needed goal how many",
            Self::XAxis => "axis range size over against spacing",
            Self::NextMark => "cause why peak divergence",
            Self::Metric => "metric score classification accuracy auc",
            Self::Help => "explain cause why keys what is",
            Self::Toggle => "legend curves",
            Self::Full => "legend zoom hide panel",
            Self::Save => "snapshot file",
            Self::Pin => "compare ratio",
            Self::ZoomReset => "reset whole range",
            _ => "",
        }
    }

    /// Its name, as the configuration writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        ABOUT.iter().find(|a| a.action == self).map_or("", |a| a.name)
    }

    /// The action with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        ABOUT.iter().find(|a| a.name == name).map(|a| a.action)
    }
}
