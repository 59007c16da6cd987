//! What the dashboard shows. Only [`super::update`] changes it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use super::action::Action;
use super::display::Display;
use super::hit::Hits;
use super::keymap::Keymap;
pub use super::mode::{Entry, Mode, View};
use super::pointer::Drag;
use crate::chart::Glyphs;
use crate::engine::{Generation, Outcome, Reply};
use crate::scenario::parameter::{Kind, Parameter, parameters};
use crate::scenario::{Model, Scenario, presets};
use crate::study::measure::{self, Measured};
use crate::study::phase::PhaseRequest;
use crate::study::{Analysis, Curve, CurveId, Request, Window};
use crate::theme::{Theme, Themes};

/// What undo brings back.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    pub scenario: Scenario,
    pub display: Display,
}

/// A line at the bottom: what just happened, or what went wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    Said(String),
    Failed(String),
}

/// A curve kept for comparison.
#[derive(Debug, Clone)]
pub struct Frozen {
    pub label: String,
    pub curve: Curve,
}

/// Measured points beside the theory, of one scenario.
#[derive(Debug, Clone)]
pub struct Measurement {
    pub scenario: Scenario,
    pub window: Window,
    /// Draws asked for at every point.
    pub draws: usize,
    pub running: bool,
    pub shown: Option<Measured>,
}

pub struct State {
    pub scenario: Scenario,
    pub display: Display,
    /// What reset goes back to.
    pub(super) origin: Snapshot,
    pub(super) past: Vec<Snapshot>,
    pub(super) future: Vec<Snapshot>,
    /// The parameter whose changes are being gathered into one undo step.
    pub(super) gathering: Option<String>,
    pub view: View,
    pub focus: usize,
    /// α of the crosshair.
    pub crosshair: f64,
    pub target: Option<f64>,
    pub frozen: Option<Frozen>,
    pub measurement: Option<Measurement>,
    pub mode: Mode,
    pub message: Option<Message>,
    pub theme: Theme,
    pub themes: Themes,
    /// The theme follows the terminal's background until one is chosen.
    pub auto_theme: bool,
    /// The terminal is to be asked whether its background is light.
    pub ask_background: bool,
    /// Everything in plain ASCII.
    pub ascii: bool,
    /// Blocks instead of Braille.
    pub dots: bool,
    pub keymap: Keymap,
    pub mouse: bool,
    /// The newest results that arrived, and whether they answer what is set now.
    pub shown: Option<Arc<Analysis>>,
    pub failure: Option<String>,
    /// The scenario the dashboard was started with cannot be computed.
    pub hopeless: Option<String>,
    /// Ensembles of measured tasks that have arrived.
    learned: usize,
    awaited: Generation,
    awaited_measure: Generation,
    busy: Option<Instant>,
    pub spinner: usize,
    /// Columns the plot had last: what a refined curve needs points for.
    pub columns: u16,
    pub rows: u16,
    /// Columns and rows of the terminal.
    pub screen: (u16, u16),
    /// What lies where on the last frame, for the mouse.
    pub hits: Hits,
    /// What the mouse's button holds.
    pub(super) drag: Option<Drag>,
}

impl State {
    #[must_use]
    pub fn new(scenario: Scenario, view: View, theme: Theme, ascii: bool) -> Self {
        let display = Display::default();
        // The first slider: something to press an arrow on.
        let focus =
            parameters(&scenario).iter().position(|p| matches!(p.kind, Kind::Number { .. })).unwrap_or(0);
        let crosshair = presets::all().iter().find(|p| p.title == scenario.name).map_or(0.4, |p| p.at);
        let seen = presets::all().iter().find(|p| p.title == scenario.name);
        let message = seen.map(|p| Message::Said(format!("look for: {}", p.look)));
        Self {
            origin: Snapshot { scenario: scenario.clone(), display: display.clone() },
            scenario,
            display,
            past: Vec::new(),
            future: Vec::new(),
            gathering: None,
            view,
            focus,
            crosshair,
            target: None,
            frozen: None,
            measurement: None,
            mode: Mode::Normal,
            message,
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
            hopeless: None,
            learned: 0,
            awaited: 0,
            awaited_measure: 0,
            busy: None,
            spinner: 0,
            columns: 86,
            rows: 24,
            screen: (120, 36),
            hits: Hits::default(),
            drag: None,
        }
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

    /// A text in characters that the terminal has.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        self.glyphs().text(text)
    }

    /// The key of an action, as the screen shows it.
    #[must_use]
    pub fn key(&self, action: Action) -> String {
        self.keymap.shown(action, self.ascii)
    }

    /// The panel's lines: the scenario's parameters, then the view's.
    #[must_use]
    pub fn parameters(&self) -> Vec<Parameter> {
        let mut all = parameters(&self.scenario);
        // The tasks' names are known once the data are.
        if let Some(pool) = self.shown.as_ref().and_then(|s| s.model.pool())
            && let Some(task) = all.iter_mut().find(|p| p.key == "data.task")
        {
            let names = pool.tasks().iter().map(|t| t.name.clone());
            task.kind = Kind::Choice { options: std::iter::once("mean".to_owned()).chain(names).collect() };
        }
        all.extend(self.display.parameters(&self.scenario, self.view));
        all
    }

    /// All that the engine needs to know.
    #[must_use]
    pub fn request(&self) -> Request {
        Request {
            scenario: self.scenario.clone(),
            window: self.display.window,
            compared: self.display.compared.clone(),
            crosshair: self.crosshair,
            target: self.target,
            resolution: usize::from(self.columns).clamp(40, 400) * 2,
            learned: self.learned,
            sizes: self.view == View::Selection,
            phase: (self.view == View::Phase).then(|| PhaseRequest {
                y: self.display.phase_y.clone(),
                // The dots of the boundaries.
                columns: usize::from(self.columns).clamp(20, 240) * 2,
                rows: usize::from(self.rows).clamp(8, 80) * 2,
                gain: self.display.phase_gain,
            }),
        }
    }

    /// p of what is shown, or of what was asked for.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.shown.as_ref().map_or(self.scenario.dimension, |s| s.model.dimension()).max(1)
    }

    /// A request of this generation is under way.
    pub fn wait_for(&mut self, generation: Generation) {
        self.awaited = generation;
        self.busy.get_or_insert_with(Instant::now);
    }

    /// Since when something is being computed.
    #[must_use]
    pub const fn busy(&self) -> Option<Instant> {
        self.busy
    }

    pub fn spin(&mut self) {
        self.spinner = self.spinner.wrapping_add(1);
    }

    /// Takes a reply, unless it answers an older request.
    pub fn receive(&mut self, reply: Reply<Analysis>) {
        if reply.generation != self.awaited {
            return;
        }
        let first = self.shown.is_none();
        match reply.outcome {
            Outcome::Partial(analysis) => {
                self.shown = Some(Arc::new(analysis));
                self.failure = None;
            }
            Outcome::Done(analysis) => {
                self.shown = Some(Arc::new(analysis));
                self.failure = None;
                self.busy = None;
            }
            Outcome::Failed(sentence) => {
                // Nothing was ever shown: what the user started with is wrong, and the shell is where to say so.
                if self.shown.is_none() {
                    self.hopeless = Some(sentence.clone());
                }
                self.failure = Some(sentence);
                self.busy = None;
            }
            Outcome::Panicked(sentence) => {
                self.failure = Some(sentence);
                self.busy = None;
            }
        }
        if first {
            // How many samples n/p stands for is known once there are data.
            super::crosshair::keep(self);
        }
    }

    /// What is to be measured now, once the curves it belongs to are there.
    #[must_use]
    pub fn measure_request(&self) -> Option<measure::Request> {
        let measurement = self.measurement.as_ref().filter(|m| m.running)?;
        let model = &self.shown.as_ref()?.model;
        (*model.scenario() == measurement.scenario).then(|| measure::Request {
            model: Arc::clone(model),
            window: measurement.window,
            draws: measurement.draws,
        })
    }

    /// A measurement of this generation is under way, or none is.
    pub fn wait_for_measured(&mut self, generation: Generation) {
        self.awaited_measure = generation;
    }

    /// Takes measured points, unless they answer an older request or another scenario.
    pub fn receive_measured(&mut self, reply: Reply<Measured>) {
        if reply.generation != self.awaited_measure {
            return;
        }
        let Some(measurement) = &mut self.measurement else { return };
        match reply.outcome {
            Outcome::Partial(points) if points.scenario == measurement.scenario => {
                measurement.shown = Some(points);
            }
            Outcome::Done(points) if points.scenario == measurement.scenario => {
                measurement.running = false;
                self.message = points.missing.clone().map(Message::Failed);
                measurement.shown = Some(points);
            }
            Outcome::Partial(_) | Outcome::Done(_) => {}
            Outcome::Failed(sentence) | Outcome::Panicked(sentence) => {
                self.measurement = None;
                self.message = Some(Message::Failed(sentence));
            }
        }
    }

    /// What became of an export.
    pub fn exported(&mut self, outcome: Outcome<PathBuf>) {
        self.message = Some(match outcome {
            Outcome::Partial(path) | Outcome::Done(path) => {
                Message::Said(format!("exported {}", path.display()))
            }
            Outcome::Failed(sentence) | Outcome::Panicked(sentence) => Message::Failed(sentence),
        });
    }

    /// The ensemble of the shown model's tasks has been computed.
    pub fn learn(&mut self) {
        self.learned += 1;
    }

    /// The model whose ensemble is worth computing: a mean over measured tasks that has none yet.
    #[must_use]
    pub fn without_ensemble(&self) -> Option<Arc<Model>> {
        let model = &self.shown.as_ref()?.model;
        (model.is_measured_mean() && model.ensemble().is_none()).then(|| Arc::clone(model))
    }

    /// A curve of what is shown.
    #[must_use]
    pub fn curve(&self, id: CurveId) -> Option<&Curve> {
        self.shown.as_ref()?.curves.curves.iter().find(|c| c.id == id)
    }

    /// The value that reset gives a parameter: what it was when the scenario was opened, if it was there then.
    #[must_use]
    pub fn default_of(&self, parameter: &Parameter) -> String {
        let mut then = parameters(&self.origin.scenario);
        then.extend(self.origin.display.all(&self.origin.scenario));
        let first = then.iter().find(|p| p.key == parameter.key).map_or(&parameter.default, |p| &p.value);
        first.to_string()
    }
}
