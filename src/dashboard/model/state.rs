//! The state of the dashboard. Only [`crate::dashboard::update`] changes it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use super::action::Action;
use super::display::Display;
use super::frozen::Frozen;
use super::history::{History, Snapshot};
use super::hit::{Drag, Hits};
use super::keymap::Keymap;
pub use super::measurement::Measurement;
use super::mode::{BeforePreview, Mode};
use super::settings;
use super::view::{Computation, View};
use crate::chart::Glyphs;
use crate::engine::Generation;
use crate::scenario::parameter::{Kind, Parameter, parameters};
use crate::scenario::{Model, Scenario, presets};
use crate::study::{
    Analysis, AxisRequest, Curve, CurveId, PlaneRequest, Progress, Request, SampleSize, Variable, Window,
    measurement,
};
use crate::theme::{Theme, Themes};

/// A message at the bottom: what just happened, or an error.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    Said(String),
    Failed(String),
}

/// Settings chosen from the first results of real rows, unless they were given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Opening {
    /// Whether to show n up to a few times the number of rows.
    pub window: bool,
    /// Whether to place the crosshair at the number of rows.
    pub crosshair: bool,
}

pub struct State {
    pub scenario: Scenario,
    pub display: Display,
    /// The state restored by a reset.
    pub origin: Snapshot,
    pub history: History,
    pub view: View,
    pub focus: usize,
    /// α at the crosshair.
    pub crosshair: f64,
    pub target: Option<f64>,
    /// Scenarios frozen for comparison.
    pub frozen: Vec<Frozen>,
    /// α at the second crosshair.
    pub pin: Option<f64>,
    pub measurement: Option<Measurement>,
    /// Settings still to be chosen from the first results of real rows.
    pub opening: Opening,
    /// The scenario that was last measured automatically.
    pub auto_measured: Option<Scenario>,
    pub mode: Mode,
    pub message: Option<Message>,
    /// Whether the plot alone is shown.
    pub full: bool,
    /// Whether κ, df1, df2 and λ are shown instead of the terms of the risk.
    pub details: bool,
    pub theme: Theme,
    pub themes: Themes,
    /// Whether the theme follows the terminal's background, until one is chosen.
    pub auto_theme: bool,
    /// Whether to query the terminal for a light background.
    pub ask_background: bool,
    /// Whether everything is plain ASCII.
    pub ascii: bool,
    /// Whether to draw with block characters instead of Braille.
    pub dots: bool,
    pub keymap: Keymap,
    pub mouse: bool,
    /// The newest results.
    pub shown: Option<Arc<Analysis>>,
    pub failure: Option<String>,
    /// Number of ensembles of measured tasks computed so far, and progress of the next.
    pub learned: usize,
    pub learning: Option<Progress>,
    /// Generations of the awaited request and of the measurement.
    pub awaited: Generation,
    pub awaited_measure: Generation,
    /// Start of the running computation.
    pub busy: Option<Instant>,
    pub spinner: usize,
    /// Columns of the plot in the last frame, which determine the points of a refined curve.
    pub columns: u16,
    pub rows: u16,
    /// Columns and rows of the terminal.
    pub screen: (u16, u16),
    /// The mouse targets of the last frame.
    pub hits: Hits,
    /// The object dragged by the mouse.
    pub drag: Option<Drag>,
    /// Prompt history, oldest first, by kind of prompt.
    pub typed: BTreeMap<String, Vec<String>>,
}

impl State {
    #[must_use]
    pub fn new(scenario: Scenario, view: View, theme: Theme, ascii: bool) -> Self {
        let display = Display::of(&scenario);
        let focus = Self::first_focus(&scenario);
        let crosshair = presets::all().iter().find(|p| p.title == scenario.name).map_or(0.4, |p| p.at);
        Self {
            origin: Snapshot { scenario: scenario.clone(), display: display.clone(), frozen: Vec::new() },
            opening: Opening { window: scenario.data.is_some(), crosshair: scenario.data.is_some() },
            scenario,
            display,
            history: History::default(),
            view,
            focus,
            crosshair,
            target: None,
            frozen: Vec::new(),
            pin: None,
            measurement: None,
            auto_measured: None,
            mode: Mode::Normal,
            message: None,
            full: false,
            details: false,
            theme,
            themes: Themes::built_in(),
            auto_theme: false,
            ask_background: false,
            ascii,
            dots: false,
            keymap: Keymap::default(),
            mouse: false,
            shown: None,
            failure: None,
            learned: 0,
            learning: None,
            awaited: 0,
            awaited_measure: 0,
            busy: None,
            spinner: 0,
            columns: 86,
            rows: 24,
            screen: (120, 36),
            hits: Hits::default(),
            drag: None,
            typed: BTreeMap::new(),
        }
    }

    /// Index of the initially focused parameter: the encoder, or the first slider.
    #[must_use]
    pub fn first_focus(scenario: &Scenario) -> usize {
        let number = |p: &Parameter| matches!(p.kind, Kind::Number { .. });
        let encoder = |p: &Parameter| p.key == "data.encoder";
        let all = parameters(scenario);
        all.iter().position(encoder).or(all.iter().position(number)).unwrap_or(0)
    }

    /// Applies settings of the view from the command line.
    ///
    /// # Errors
    /// One sentence naming the key and what is accepted.
    pub fn open_view(&mut self, settings: &[(String, String)]) -> Result<(), String> {
        for (key, value) in settings {
            self.display.accepts(&self.scenario, key, value)?;
            self.display.set(key, value)?;
            self.opening.window &= !matches!(key.as_str(), "view.from" | "view.to" | "view.ratio-scale");
        }
        self.origin.display = self.display.clone();
        Ok(())
    }

    /// p of an encoder by its name, once it has been read.
    #[must_use]
    pub fn dimension_of(&self, encoder: &str) -> Option<usize> {
        let encoders = self.shown.as_ref()?.encoders.as_ref()?;
        let at = encoders.points.iter().position(|(name, _)| name == encoder)?;
        encoders.curves.curves.get(at).map(|line| line.dimension)
    }

    /// Curves whose flags are listed: that of the scenario, and raw features without a ridge.
    pub fn flagged(&self) -> impl Iterator<Item = &Curve> {
        let listed = |id| matches!(id, CurveId::Chosen | CurveId::LeastSquares);
        let curves = self.shown.iter().flat_map(|s| &s.curves.curves);
        curves.filter(move |c| listed(c.spec.id))
    }

    /// The characters to draw with.
    #[must_use]
    pub const fn glyphs(&self) -> Glyphs {
        match (self.ascii, self.dots) {
            (true, _) => Glyphs::Ascii,
            (false, true) => Glyphs::Blocks,
            (false, false) => Glyphs::Braille,
        }
    }

    /// A text with characters that the terminal supports.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        self.glyphs().text(text)
    }

    /// The key of an action as shown on screen.
    #[must_use]
    pub fn key(&self, action: Action) -> String {
        self.keymap.shown(action, self.ascii)
    }

    /// Lines of the panel: the scenario's parameters, then the curves available in the view.
    #[must_use]
    pub fn parameters(&self) -> Vec<Parameter> {
        let mut all = parameters(&self.scenario);
        // The names of the tasks are known once the data are read.
        if let Some(pool) = self.shown.as_ref().and_then(|s| s.model.pool())
            && let Some(task) = all.iter_mut().find(|p| p.key == "data.task")
        {
            let names = pool.tasks().iter().map(|t| t.name.clone());
            task.kind = Kind::Choice { options: std::iter::once("mean".to_owned()).chain(names).collect() };
        }
        let curve = |p: &Parameter| CurveId::ALL.into_iter().any(|id| settings::key(id) == p.key);
        all.extend(self.display.parameters(&self.scenario, self.view).into_iter().filter(curve));
        all
    }

    /// The focused parameter.
    #[must_use]
    pub fn focused(&self) -> Option<Parameter> {
        self.parameters().into_iter().nth(self.focus)
    }

    /// The state to restore when a list of previews is closed.
    #[must_use]
    pub fn before(&self) -> BeforePreview {
        BeforePreview {
            now: self.snapshot(),
            origin: self.origin.clone(),
            focus: self.focus,
            crosshair: self.crosshair,
            target: self.target,
            pin: self.pin,
            measurement: self.measurement.clone(),
        }
    }

    /// The state for undo.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            scenario: self.scenario.clone(),
            display: self.display.clone(),
            frozen: self.frozen.clone(),
        }
    }

    /// The request for the current state.
    #[must_use]
    pub fn request(&self) -> Request {
        Request {
            scenario: self.scenario.clone(),
            window: self.display.window,
            metric: self.display.metric,
            compared: self.display.compared.clone(),
            along: self.along(),
            same_samples: self.display.counts_samples(&self.scenario),
            frozen: self.frozen.iter().map(|frozen| frozen.scenario.clone()).collect(),
            pin: self.pin,
            crosshair: self.crosshair,
            target: self.target,
            resolution: usize::from(self.columns).clamp(40, 400) * 2,
            learned: self.learned,
            classes: self.view == View::Data,
            sizes: self.view.record().computation == Computation::Sizes,
            // Resolution of the plane: the dots of its cells.
            plane: (self.view.record().computation == Computation::Plane).then(|| {
                self.plane_request(
                    usize::from(self.columns).clamp(20, 240) * 2,
                    usize::from(self.rows).clamp(8, 80) * 2,
                )
            }),
        }
    }

    /// The plane of the phase view with this many columns and rows.
    #[must_use]
    pub fn plane_request(&self, columns: usize, rows: usize) -> PlaneRequest {
        let Window { from, to, log } = self.display.window;
        let (across, against) = self.display.phase_axes(&self.scenario);
        PlaneRequest {
            x: match &across {
                None => AxisRequest { variable: Variable::SampleRatio, from: Some(from), to: Some(to), log },
                Some(key) => {
                    AxisRequest { variable: Variable::Parameter(key.clone()), ..AxisRequest::default() }
                }
            },
            y: AxisRequest { variable: Variable::Parameter(against), ..AxisRequest::default() },
            columns,
            rows,
            // Over n/p this has no effect, and must not change the request.
            fixed: SampleSize::Ratio(if across.is_some() { self.crosshair } else { 1.0 }),
            gain: self.display.phase_gain,
        }
    }

    /// p of the shown results, or of the scenario before there are any.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.shown.as_ref().map_or(self.scenario.dimension, |s| s.model.dimension()).max(1)
    }

    /// The measurement to run now, once its curves are computed.
    #[must_use]
    pub fn measure_request(&self) -> Option<measurement::Request> {
        let measurement = self.measurement.as_ref().filter(|m| m.running)?;
        let model = &self.shown.as_ref()?.model;
        let encoders = self.shown.iter().flat_map(|shown| &shown.encoders);
        let named =
            encoders.flat_map(|r| r.points.iter().map(|(name, _)| name.clone()).zip(r.models.clone()));
        let focus = self.scenario.focus();
        (*model.scenario() == measurement.scenario).then(|| measurement::Request {
            model: Arc::clone(model),
            encoders: named.filter(|(name, _)| focus != Some(name)).collect(),
            window: measurement.window,
            draws: measurement.draws,
            count: if measurement.automatic { measurement::FEW } else { measurement::COUNT },
            logistic: measurement.logistic,
        })
    }

    /// The model whose ensemble should be computed: a mean over measured tasks that has none yet.
    #[must_use]
    pub fn without_ensemble(&self) -> Option<Arc<Model>> {
        let model = &self.shown.as_ref()?.model;
        (model.is_measured_mean() && model.ensemble().is_none()).then(|| Arc::clone(model))
    }

    /// A curve of the shown results.
    #[must_use]
    pub fn curve(&self, id: CurveId) -> Option<&Curve> {
        self.shown.as_ref()?.curves.curves.iter().find(|c| c.spec.id == id)
    }

    /// Progress of the cross-fitting of real tasks; `None` once it is done or if there is none.
    #[must_use]
    pub fn left_out_progress(&self) -> Option<Progress> {
        self.learning.or_else(|| self.shown.as_ref()?.left_out_progress)
    }

    /// The value to which a parameter is reset: its value when the scenario was opened, if it existed then.
    #[must_use]
    pub fn default_of(&self, parameter: &Parameter) -> String {
        let mut then = parameters(&self.origin.scenario);
        then.extend(self.origin.display.all(&self.origin.scenario));
        let first = then.iter().find(|p| p.key == parameter.key).map_or(&parameter.default, |p| &p.value);
        first.to_string()
    }
}
