//! Placement of labels, clear of curves, symbols and other labels.

use plotters::style::RGBColor;

/// A point of the sheet, in pixels from the top left.
pub type Point = (f64, f64);

/// Left, top, right, bottom in pixels.
pub type Area = (f64, f64, f64, f64);

/// A name at the right of the plot: its height, words, and the sample of its line.
#[derive(Debug)]
pub struct Name {
    pub height: f64,
    pub words: String,
    pub color: RGBColor,
    pub sample: Sample,
}

/// The sample before a name: a line of these dashes and this width, or a filled area.
#[derive(Debug)]
pub enum Sample {
    Line(&'static [f64], f64),
    Area(RGBColor),
}

/// The areas already drawn on.
#[derive(Debug, Default)]
pub struct Taken {
    areas: Vec<Area>,
    paths: Vec<Point>,
}

impl Taken {
    pub fn add(&mut self, area: Area) {
        self.areas.push(area);
    }

    /// Marks a line as occupied, given by points at most `step` apart.
    pub fn add_path(&mut self, places: &[Point], step: f64) {
        for pair in places.windows(2) {
            let &[a, b] = pair else { continue };
            let count = ((b.0 - a.0).hypot(b.1 - a.1) / step).ceil().clamp(1.0, 2000.0) as i32;
            let at = |i: i32| f64::from(i) / f64::from(count);
            self.paths.extend((0..count).map(at).map(|t| (a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1))));
        }
        self.paths.extend(places.last());
    }

    pub fn is_free(&self, (left, top, right, bottom): Area) -> bool {
        let apart = |a: &Area| a.2 <= left || right <= a.0 || a.3 <= top || bottom <= a.1;
        let outside = |p: &Point| p.0 < left || p.0 > right || p.1 < top || p.1 > bottom;
        self.areas.iter().all(apart) && self.paths.iter().all(outside)
    }

    /// Position (left, vertical middle) for a text of this size near a symbol at (x, y): right or left of it, at its
    /// height or as little above or below as is free, inside `room`; `None` if there is none.
    pub fn beside(&self, (x, y): Point, (wide, tall): (f64, f64), room: Area, unit: f64) -> Option<Point> {
        let fits = |(left, middle): Point| {
            let area =
                (left - 2.0 * unit, middle - tall / 2.0, left + wide + 2.0 * unit, middle + tall / 2.0);
            let inside = area.0 >= room.0 && area.1 >= room.1 && area.2 <= room.2 && area.3 <= room.3;
            inside && self.is_free(area)
        };
        let away = (0..9).map(|i| (9.0 + 6.0 * f64::from(i)) * unit);
        let shifts = [0.0, 0.7, -0.7, 1.3, -1.3].map(|rows| rows * tall);
        let spots = away.flat_map(|dx| shifts.map(|dy| [(x + dx, y + dy), (x - dx - wide, y + dy)]));
        spots.flatten().find(|&spot| fits(spot))
    }
}

/// Moves heights at least `apart` from each other, in the same order and between `top` and `bottom` if they fit.
pub fn spread(heights: &mut [f64], (top, bottom): (f64, f64), apart: f64) {
    let mut least = top;
    for height in heights.iter_mut() {
        *height = height.max(least);
        least = *height + apart;
    }
    let mut most = bottom;
    for height in heights.iter_mut().rev() {
        *height = height.min(most);
        most = *height - apart;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_do_not_overlap() {
        let mut taken = Taken::default();
        let room = (0.0, 0.0, 200.0, 100.0);
        let beside = |taken: &Taken| taken.beside((50.0, 50.0), (40.0, 10.0), room, 1.0);
        assert_eq!(beside(&taken), Some((59.0, 50.0)));
        taken.add_path(&[(70.0, 0.0), (70.0, 100.0)], 3.0);
        let (left, _) = beside(&taken).unwrap();
        assert!(left >= 72.0 || left + 40.0 <= 48.0, "{left}");
        taken.add((0.0, 0.0, 200.0, 100.0));
        assert_eq!(beside(&taken), None);
    }

    #[test]
    fn names_are_separated_in_order() {
        let mut heights = [10.0, 11.0, 12.0, 99.0];
        spread(&mut heights, (0.0, 100.0), 10.0);
        assert_eq!(heights, [10.0, 20.0, 30.0, 99.0]);
        let mut low = [98.0, 99.0, 100.0];
        spread(&mut low, (0.0, 100.0), 10.0);
        assert_eq!(low, [80.0, 90.0, 100.0]);
    }
}
