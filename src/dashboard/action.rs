//! Everything that can happen in the dashboard, in one enum: keys, the palette and the mouse all speak it.

use serde::{Deserialize, Serialize};

/// A change of what is shown. Names are stable: key bindings and the command palette use them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    Quit,
    Suspend,
    Help,
    Commands,
    Presets,
    Increase,
    Decrease,
    IncreaseMuch,
    DecreaseMuch,
    FocusNext,
    FocusPrevious,
    NextGroup,
    PreviousGroup,
    Type,
    Reset,
    ResetAll,
    Undo,
    Redo,
    ViewRisk,
    ViewVariance,
    ViewSelection,
    ViewPhase,
    ViewData,
    NextView,
    CrosshairLeft,
    CrosshairRight,
    CrosshairFarLeft,
    CrosshairFarRight,
    NextMark,
    PreviousMark,
    TypeSamples,
    TypeTarget,
    Freeze,
    Measure,
    Stack,
    LogRatio,
    LogRisk,
    ZoomIn,
    ZoomOut,
    Save,
    Copy,
    Export,
    Theme,
    Mouse,
    Redraw,
    Cancel,
}

impl Action {
    /// Its name, as the configuration writes it.
    #[must_use]
    pub fn name(self) -> String {
        let value = serde_json::to_value(self).ok();
        value.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
    }

    /// The action of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        serde_json::from_value(name.into()).ok()
    }
}
