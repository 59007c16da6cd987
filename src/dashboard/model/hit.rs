//! Mouse targets on the screen: recorded while drawing, looked up at a click.

use ratatui::layout::{Position, Rect};

use super::action::Action;
use super::view::View;
use crate::chart::{Axis, Frame};

/// Column and row of a cell.
pub type Spot = (u16, u16);

/// A mouse target.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// The tab of a view.
    Tab(View),
    /// A line of the parameter panel, by its index.
    Parameter(usize),
    /// The ‹ (`false`) or › (`true`) of a parameter's choice.
    Choice(usize, bool),
    /// The track of a parameter's slider.
    Track(usize, Track),
    /// The plot of the view.
    Plot(Box<Plot>),
    /// A flag at this position of the x axis.
    Place(f64),
    /// A line of the open list.
    Row(usize),
    /// A key hint, or another spot with an action.
    Action(Action),
    /// The inside of an open panel, without a specific target.
    Popup,
}

/// Columns of a slider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Track {
    pub left: u16,
    pub width: u16,
}

impl Track {
    /// Slider position of a column, from 0 at the first to 1 at the last column, clamped.
    #[must_use]
    pub fn fraction(self, column: u16) -> f64 {
        let last = f64::from(self.width.saturating_sub(1)).max(1.0);
        ((f64::from(column) - f64::from(self.left)) / last).clamp(0.0, 1.0)
    }
}

/// A plot with its axes as drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Plot {
    frame: Frame<'static>,
    /// Key of the parameter on the x axis; `None` for n/p.
    pub x_key: Option<String>,
    /// Key of the parameter on the y axis, if it is one.
    pub y_key: Option<String>,
}

impl Plot {
    #[must_use]
    pub fn new(area: Rect, x: Axis, y: Axis, y_key: Option<String>) -> Self {
        // Charts and maps with a titled y axis have a header; the frame does not depend on the titles.
        Self { frame: Frame::new(area, x.untitled(), y.untitled(), true), x_key: None, y_key }
    }

    /// The plot with a parameter, or n/p, on the x axis.
    #[must_use]
    pub fn over(mut self, x_key: Option<String>) -> Self {
        self.x_key = x_key;
        self
    }

    /// Value of the x axis at a column.
    #[must_use]
    pub fn across(&self, column: u16) -> f64 {
        self.frame.x_at(column)
    }

    /// Value of the y axis at a row.
    #[must_use]
    pub fn value(&self, row: u16) -> f64 {
        self.frame.y_at(row)
    }
}

/// An object being dragged.
#[derive(Debug, Clone, PartialEq)]
pub enum Drag {
    /// The slider of the parameter with this key.
    Slider(String, Track),
    Crosshair(Box<Plot>),
}

/// Layout of a drawn frame.
#[derive(Debug, Clone, Default)]
pub struct Drawn {
    /// Columns and rows of the terminal.
    pub screen: (u16, u16),
    /// Columns and rows of the plot, which determine the resolution of requests.
    pub plot: (u16, u16),
    pub hits: Hits,
    /// Scroll position of the help, limited to its content.
    pub scroll: Option<u16>,
}

/// Mouse targets of one frame; later ones cover earlier ones.
#[derive(Debug, Clone, Default)]
pub struct Hits {
    targets: Vec<(Rect, Target)>,
    /// First visible line of the parameter panel, which changes only when the focus would leave the panel.
    pub first_line: usize,
}

impl Hits {
    /// A copy without targets, for the next frame.
    #[must_use]
    pub const fn emptied(&self) -> Self {
        Self { targets: Vec::new(), first_line: self.first_line }
    }

    pub fn add(&mut self, area: Rect, target: Target) {
        self.targets.push((area, target));
    }

    pub fn plot(&mut self, plot: Plot) {
        self.add(plot.frame.plot, Target::Plot(Box::new(plot)));
    }

    /// The target at a cell.
    #[must_use]
    pub fn at(&self, column: u16, row: u16) -> Option<&Target> {
        let spot = Position { x: column, y: row };
        self.targets.iter().rev().find(|(area, _)| area.contains(spot)).map(|(_, target)| target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_drawn_target_is_hit_first() {
        let mut hits = Hits::default();
        hits.add(Rect::new(0, 0, 10, 2), Target::Parameter(3));
        hits.add(Rect::new(4, 0, 6, 1), Target::Track(3, Track { left: 4, width: 6 }));
        assert_eq!(hits.at(0, 0), Some(&Target::Parameter(3)));
        assert_eq!(hits.at(4, 1), Some(&Target::Parameter(3)));
        assert_eq!(hits.at(9, 0), Some(&Target::Track(3, Track { left: 4, width: 6 })));
        assert_eq!(hits.at(10, 0), None);
    }

    #[test]
    fn a_drag_is_clamped_to_the_track() {
        let track = Track { left: 4, width: 6 };
        assert_eq!([0, 4, 9, 40].map(|c| track.fraction(c)), [0.0, 0.0, 1.0, 1.0]);
        assert!((track.fraction(6) - 0.4).abs() < 1e-12);
        assert_eq!(Track { left: 0, width: 0 }.fraction(7), 1.0);
    }
}
