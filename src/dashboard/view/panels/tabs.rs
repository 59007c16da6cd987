//! The line of views.

use ratatui::Frame;
use ratatui::layout::{Alignment, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::dashboard::model::action::Action;
use crate::dashboard::model::hit::{Hits, Target};
use crate::dashboard::model::state::State;
use crate::dashboard::model::view::View;
use crate::scenario::presets;
use crate::theme::Role;

pub fn draw(frame: &mut Frame, state: &State, area: Rect, hits: &mut Hits) {
    let mut spans = vec![Span::raw(" ")];
    for view in View::ALL {
        let here = view == state.view;
        let style = state.theme.style(if here { Role::Focus } else { Role::Dim });
        let tab = Span::styled(format!(" {} {} ", state.key(Action::View(view)), view.name()), style);
        let left = area.x.saturating_add(spans.iter().map(|s| s.width() as u16).sum());
        let spot = Rect { x: left, width: tab.width() as u16, ..area };
        hits.add(spot.intersection(area), Target::Tab(view));
        spans.push(tab);
        if area.width >= 60 {
            spans.push(Span::raw(" "));
        }
    }
    let tabs = Line::from(spans);
    let room = usize::from(area.width).saturating_sub(tabs.width() + 2);
    frame.render_widget(Paragraph::new(tabs), area);
    // What is seen, while it is still the preset that shows it; on real rows what they show.
    let preset = presets::all().iter().find(|p| p.title == state.scenario.name).map(|p| p.look.to_owned());
    // Every view but the first is about one of several encoders.
    let focus = state.scenario.focus().filter(|_| state.view != View::Risk);
    let look = preset.or_else(|| focus.map(|name| format!("of {name}")));
    let look = look.or_else(|| state.shown.as_ref().and_then(|shown| shown.look()));
    if let Some(look) = look.filter(|look| room >= look.chars().count()) {
        let look = Line::styled(format!("{look} "), state.theme.style(Role::Dim));
        frame.render_widget(Paragraph::new(look).alignment(Alignment::Right), area);
    }
}
