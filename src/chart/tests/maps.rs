//! Maps of regimes, with and without colours.

use super::*;

/// A grid that changes from soft to hard at x = 0.5 and from hard to null at y = 0.5, its last row unknown.
fn quadrants() -> Vec<Option<usize>> {
    let regime = |x: usize, y: usize| match (x, y) {
        (_, 15) => None,
        (0..15, _) => Some(0),
        (_, 0..8) => Some(1),
        _ => Some(2),
    };
    (0..16).flat_map(|y| (0..30).map(move |x| regime(x, y))).collect()
}

const REGIMES: [Category; 3] = [
    Category { name: "soft", letter: 's', role: Role::Soft },
    Category { name: "hard", letter: 'h', role: Role::Hard },
    Category { name: "null", letter: 'n', role: Role::Null },
];

#[test]
fn a_map_without_colours() {
    let theme = Theme::new(Depth::None);
    let regimes = quadrants();
    let spots = [
        Spot { kind: SpotKind::Current, x: 0.2, y: 0.2, label: "" },
        Spot { kind: SpotKind::Triple, x: 0.5, y: 0.5, label: "triple point" },
    ];
    let axes = (Axis::linear(0.0, 1.0, "n/p"), Axis::linear(0.0, 1.0, "σ²"));
    let map = Heatmap {
        columns: 30,
        rows: 16,
        regimes: &regimes,
        categories: &REGIMES,
        spots: &spots,
        ..Heatmap::new(axes.0, axes.1, &theme)
    };
    let mut buffer = Buffer::empty(Rect::new(0, 0, 44, 12));
    map.render(buffer.area, &mut buffer);
    insta::assert_snapshot!(text(&buffer), @r#"
      σ²   s soft    h hard    n null
     1.0 ┤s   s   s   s   s ⢠ n   n   n   n   n
         │                  ⢸       null
         │  s   s   s   s   ⢸   n   n   n   n
         │       soft       ⢸
     0.5 ┤s    triple point ⢸★⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒
         │                  ⢸
         │  s   s   s   s   ⢸   h   hard    h
         │       ✛          ⢸
       0 ┤s   s   s   s   s ⢸ h   h   h   h   h
         └┬──────┬───────┬──────┬───────┬──────┬
          0     0.2     0.4    0.6      n/p  1.0
    "#);
}

#[test]
fn a_map_in_colours_fills_the_right_cells_at_any_size() {
    let regimes = quadrants();
    let values: Vec<f64> = (0..470).map(|i| HOSTILE[i % HOSTILE.len()]).collect();
    let (x, y) = (Axis::linear(0.0, 1.0, ""), Axis::linear(0.0, 1.0, ""));
    for depth in [Depth::TrueColor, Depth::Ansi256, Depth::Ansi16, Depth::None] {
        let theme = Theme::new(depth);
        let map = Heatmap {
            columns: 30,
            rows: 16,
            regimes: &regimes,
            categories: &REGIMES,
            ..Heatmap::new(x, y, &theme)
        };
        for (width, height) in (1..50u16).flat_map(|w| [1, 2, 5, 9, 17].map(|h| (w, h))) {
            let area = Rect::new(0, 0, width, height);
            let mut buffer = Buffer::empty(area);
            map.render(area, &mut buffer);
            let frame = map.frame(area);
            for (x, y, role) in [(0.1, 0.1, Role::Soft), (0.9, 0.1, Role::Hard), (0.9, 0.9, Role::Null)] {
                if let (Some(fill), Some(at), true) =
                    (theme.fill(role), frame.cell(x, y), width > 20 && height > 8)
                {
                    assert_eq!(buffer[at].bg, fill, "{role:?} at {width}×{height}, {depth:?}");
                }
            }
            let scale = Axis::log(0.1, 10.0, "R");
            for glyphs in [Glyphs::Braille, Glyphs::Ascii] {
                let values = Some(Values { values: &values, scale });
                Heatmap { values, glyphs, ..map }.render(Rect::new(2, 1, width, height), &mut buffer);
            }
        }
    }
    let depths = [Depth::TrueColor, Depth::Ansi256];
    for theme in Theme::names().flat_map(|name| depths.map(|d| Theme::built_in(name, d).unwrap())) {
        let fills = [Role::Soft, Role::Hard, Role::Null].map(|role| theme.fill(role));
        let differ = fills[0] != fills[1] && fills[1] != fills[2] && fills[0] != fills[2];
        assert!(differ || fills == [None; 3], "{} {:?}: {fills:?}", theme.name(), theme.depth());
    }
}
