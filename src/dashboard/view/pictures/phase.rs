//! The phase plane: the optimum's regimes over n/p and a second parameter, with the triple point and the current
//! point.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::{Picture, Table, pen, sentence};
use crate::chart::numbers::sig;
use crate::dashboard::model::hit::Plot;
use crate::dashboard::model::state::State;
use crate::dashboard::view::command_line;
use crate::dashboard::view::fields::{self, Field};
use crate::figure::{Figure, Panel, cells, headline, line_styles, phase};
use crate::numbers::columns;
use crate::report::command::{flag, line};
use crate::report::csv;
use crate::study::axis::Axis;
use crate::study::{Analysis, Plane, PlaneRequest, Variable, plane, words};
use crate::theme::Role;

pub(super) static PICTURE: Picture = Picture {
    draw,
    figure,
    headline: |state| sentence(state, headline::plane),
    table: |state| Some(table(state)),
    command,
};

fn figure(state: &State) -> Option<Figure> {
    let found = state.shown.as_ref()?.plane.as_ref()?;
    Some(Figure::of(phase::title(found), Panel::Map(phase::map(found, now(found, state.crosshair)))))
}

/// The optimum's plane, at a higher resolution than any screen.
fn table(state: &State) -> Table {
    let scenario = state.scenario.clone();
    let request = PlaneRequest { gain: false, ..state.plane_request(240, 160) };
    Box::new(move |stop| csv::plane(plane::plane(&scenario, &request, stop)?).text())
}

fn command(state: &State) -> String {
    let (across, against) = state.display.phase_axes(&state.scenario);
    let mut more = match across {
        None => command_line::window(state),
        Some(across) => [flag("--x", &across), flag("--at", &format!("{:?}", state.crosshair))].concat(),
    };
    more.extend(flag("--y", &against));
    line("phase", &state.scenario, &more)
}

fn draw(frame: &mut Frame, state: &State, area: Rect) -> Option<Plot> {
    let shown = state.shown.as_ref()?;
    let Some(found) = &shown.plane else {
        let [_, words] = Layout::vertical([Constraint::Min(0), Constraint::Length(2)]).areas(area);
        let line = Line::styled(" computing the plane", state.theme.style(Role::Dim));
        frame.render_widget(Paragraph::new(line), words);
        return None;
    };
    let lines = readout(state, shown, found, area.width.into());
    let tall = u16::try_from(lines.len()).unwrap_or(2).clamp(2, (area.height / 4).max(2));
    let [plot, words] = Layout::vertical([Constraint::Min(0), Constraint::Length(tall)]).areas(area);
    let map = phase::map(found, now(found, shown.request.crosshair));
    cells::map(&map, plot, frame.buffer_mut(), pen(state));
    frame.render_widget(Paragraph::new(lines), words);
    let plot = Plot::new(plot, map.x.chart(), map.y.chart(), found.y.variable.key().map(str::to_owned));
    Some(plot.over(found.x.variable.key().map(str::to_owned)))
}

/// The current position along x.
fn now(plane: &Plane, crosshair: f64) -> Option<f64> {
    if plane.x.variable != Variable::SampleRatio { plane.x.now } else { Some(crosshair) }
}

/// The optimum at the crosshair and the triple point, in lines of at most `room` columns.
fn readout(state: &State, shown: &Analysis, found: &Plane, room: usize) -> Vec<Line<'static>> {
    let (text, dim) = (state.theme.style(Role::Text), state.theme.style(Role::Dim));
    let accent = state.theme.style(Role::Accent);
    let alpha = shown.request.crosshair;
    let p = shown.model.dimension() as f64;
    let mut first = vec![Field::new(0, format!(" at n = {:.0} (n/p {alpha:.4})", alpha * p), accent)];
    for (axis, now) in [(&found.x, found.x.now), (&found.y, found.y.now)] {
        let Some(now) = now.filter(|_| axis.variable != Variable::SampleRatio) else { continue };
        first.push(Field::new(1, format!(" · {} {}", axis.label, sig(now, 3)), accent));
    }
    if let Some(fit) = &found.fit {
        let risk = shown.rows.first().and_then(|row| row.risk.as_ref()).map(|risk| risk.risk);
        let risk = risk.map_or_else(|| "no risk".to_owned(), |risk| format!("risk {}", sig(risk, 3)));
        first.push(Field::new(0, format!("   {risk}"), text));
        let progress = if found.finished || !fit.lines.is_empty() { "" } else { "   refining" };
        let words = phase::fit_words(found).unwrap_or_default();
        let second = Line::styled(format!(" {words}{progress}"), dim);
        return fields::wrapped(vec![fields::line(first, usize::MAX), second], room, 3);
    }
    if let Some(selection) = &shown.selection {
        let (name, role) =
            (words::features(selection.optimal.regime), line_styles::regime(selection.optimal.regime));
        first.push(Field::new(0, format!("   {name}"), state.theme.style(role)));
        first.push(Field::new(0, format!("   risk {}", sig(selection.optimal.risk, 3)), text));
        let kept = selection.optimal.kept_fraction * p;
        first.push(Field::new(2, format!("   {kept:.0} of {p:.0} features"), text));
    }
    let second = match found.triple {
        Some((x, y)) => {
            let name = |axis: &Axis| match axis.variable.key() {
                Some("noise") => "σ²",
                _ => axis.label,
            };
            let x = if found.x.variable == Variable::SampleRatio { format!("{x:.4}") } else { sig(x, 3) };
            format!(
                " ★ reweighting, keeping the top and using none meet at {} {x}, {} {}",
                name(&found.x),
                name(&found.y),
                sig(y, 3)
            )
        }
        None if (found.x.variable.key(), found.y.variable.key()) == (None, Some("noise")) => {
            " no triple point: the task spectrum is flat".into()
        }
        None => String::new(),
    };
    let second = match (found.shifted, second.is_empty()) {
        (true, true) => format!(" {}", phase::WITHOUT_SHIFT),
        (true, false) => format!(" {} ·{second}", phase::WITHOUT_SHIFT),
        (false, _) => second,
    };
    let second = match words::optimum_status(found.scenario.ridge) {
        // The remark about the ridge matters more than the triple point.
        Some(word) if columns(word) + columns(&second) + 3 > room => format!(" {word}"),
        Some(word) if second.is_empty() => format!(" {word}"),
        Some(word) => format!(" {word} ·{second}"),
        None => second,
    };
    let progress = if found.finished { "" } else { "   refining" };
    let second = Line::styled(format!("{second}{progress}"), dim);
    fields::wrapped(vec![fields::line(first, usize::MAX), second], room, 3)
}
