//! One small file a view: it draws the picture of [`crate::figure`] and the words that belong to it.

pub mod data;
pub mod phase;
pub mod risk;
pub mod selection;
pub mod variance;

use super::state::{State, View};
use crate::evidence::Compared;
use crate::figure::cells::Pen;
use crate::figure::picture::{Figure, Panel};
use crate::figure::{phase as plane, selection as kept, spectrum};

/// The view as a picture by itself, without the crosshair; `None` where there is nothing to show.
#[must_use]
pub fn figure(state: &State) -> Option<Figure> {
    let shown = state.shown.as_ref()?;
    let name = &state.scenario.name;
    let plot = |plot: crate::figure::Plot| Panel::Plot(crate::figure::Plot { crosshair: None, ..plot });
    match state.view {
        View::Risk => Some(Figure::of(name, plot(risk::picture(state)?))),
        View::Variance => {
            let title = format!("{name}: the risk with {} by terms", state.scenario.featurization.title());
            Some(Figure::of(title, plot(variance::picture(state)?)))
        }
        View::Selection => kept::figure(shown),
        View::Phase => {
            let map = plane::map(shown.plane.as_ref()?, Some(state.crosshair));
            Some(Figure::of(format!("{name}: best representation"), Panel::Map(map)))
        }
        View::Data => spectrum::figure(shown),
    }
}

/// What the state draws with.
const fn pen(state: &State) -> Pen<'_> {
    Pen { theme: &state.theme, glyphs: state.glyphs() }
}

/// The points measured so far.
fn measured(state: &State) -> &[Compared] {
    state.measurement.as_ref().and_then(|m| m.shown.as_ref()).map_or(&[], |m| m.points.as_slice())
}
