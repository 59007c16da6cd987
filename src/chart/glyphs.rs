//! The characters used by the widgets: Braille, block elements for fonts without Braille, or plain ASCII.

use super::ascii;

/// The characters that a terminal and its font support.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Glyphs {
    /// 2×4 dots a cell.
    #[default]
    Braille,
    /// 2×2 quadrants a cell.
    Blocks,
    /// One character of ASCII a cell.
    Ascii,
}

/// Every symbol outside the dot canvas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Symbols {
    pub horizontal: char,
    pub vertical: char,
    pub corner: char,
    pub tick_below: char,
    pub tick_left: char,
    pub pole: char,
    pub near: char,
    pub transition: char,
    pub crossing: char,
    pub dotted: char,
    pub crosshair: char,
    pub meet: char,
    pub evidence: char,
    pub median: char,
    pub bar: char,
    pub bar_top: char,
    pub bar_bottom: char,
    pub ellipsis: char,
    pub knob: char,
    pub track: char,
    pub track_filled: char,
    pub previous: char,
    pub next: char,
    pub pointer: char,
    pub current: char,
    pub triple: char,
    pub unknown: char,
    pub beyond: char,
    pub least: char,
    pub pin: char,
    pub target: char,
}

const UNICODE: Symbols = Symbols {
    horizontal: '─',
    vertical: '│',
    corner: '└',
    tick_below: '┬',
    tick_left: '┤',
    pole: '◆',
    near: '▲',
    transition: '⇄',
    crossing: '×',
    dotted: '┊',
    crosshair: '│',
    meet: '◉',
    evidence: '●',
    median: '○',
    bar: '│',
    bar_top: '╷',
    bar_bottom: '╵',
    ellipsis: '…',
    knob: '●',
    track: '─',
    track_filled: '━',
    previous: '‹',
    next: '›',
    pointer: '▸',
    current: '✛',
    triple: '★',
    unknown: '·',
    beyond: '↑',
    least: '▽',
    pin: '┃',
    target: '◇',
};

const ASCII: Symbols = Symbols {
    horizontal: '-',
    vertical: '|',
    corner: '+',
    tick_below: '+',
    tick_left: '+',
    pole: '#',
    near: '^',
    transition: 'x',
    crossing: 'x',
    dotted: ':',
    crosshair: '|',
    meet: '@',
    evidence: 'o',
    median: '%',
    bar: '|',
    bar_top: ',',
    bar_bottom: '\'',
    ellipsis: '~',
    knob: 'o',
    track: '-',
    track_filled: '=',
    previous: '<',
    next: '>',
    pointer: '>',
    current: '+',
    triple: '*',
    unknown: '.',
    beyond: '^',
    least: 'v',
    pin: '!',
    target: '<',
};

impl Glyphs {
    #[must_use]
    pub const fn symbols(self) -> &'static Symbols {
        match self {
            Self::Ascii => &ASCII,
            Self::Braille | Self::Blocks => &UNICODE,
        }
    }

    /// A text with characters that this terminal supports.
    #[must_use]
    pub fn text(self, text: &str) -> String {
        match self {
            Self::Ascii => ascii::words(text),
            Self::Braille | Self::Blocks => text.to_owned(),
        }
    }

    /// The character for eight dots, bit `2·row + column` from the top left; `None` for none.
    #[must_use]
    pub fn dots(self, bits: u8) -> Option<char> {
        if bits == 0 {
            return None;
        }
        Some(match self {
            Self::Braille => braille(bits),
            Self::Blocks => quadrants(bits),
            Self::Ascii => ascii(bits),
        })
    }
}

/// Unicode numbers the dots 1 2 3 7 down the left and 4 5 6 8 down the right.
fn braille(bits: u8) -> char {
    const ORDER: [u8; 8] = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80];
    let pattern =
        ORDER.iter().enumerate().filter(|(i, _)| bits & (1 << i) != 0).fold(0, |all, (_, bit)| all | bit);
    char::from_u32(0x2800 + u32::from(pattern)).unwrap_or(' ')
}

fn quadrants(bits: u8) -> char {
    const CHARS: [char; 16] =
        [' ', '▘', '▝', '▀', '▖', '▌', '▞', '▛', '▗', '▚', '▐', '▜', '▄', '▙', '▟', '█'];
    let quadrant = |mask: u8, bit: u8| if bits & mask != 0 { bit } else { 0 };
    let index = quadrant(0b0000_0101, 1)
        | quadrant(0b0000_1010, 2)
        | quadrant(0b0101_0000, 4)
        | quadrant(0b1010_0000, 8);
    CHARS.get(usize::from(index)).copied().unwrap_or(' ')
}

/// Height by character: `'` high, `-` middle, `.` low; slopes and steep pieces by their outline.
fn ascii(bits: u8) -> char {
    let row = |r: u8| bits & (0b11 << (2 * r)) != 0;
    let rows = (0..4).filter(|&r| row(r)).count();
    let (left, right) = (bits & 0b0101_0101, bits & 0b1010_1010);
    if bits.count_ones() >= 7 {
        return '#';
    }
    if rows >= 3 {
        return match (left.trailing_zeros(), right.trailing_zeros()) {
            _ if left == 0 || right == 0 => '|',
            (l, r) if l > r => '/',
            (l, r) if l + 1 < r => '\\',
            _ => '|',
        };
    }
    match (row(0), row(1) || row(2), row(3)) {
        (true, false, false) => '\'',
        (false, false, true) => '.',
        (true, false, true) => ':',
        (true, true, _) => '"',
        (_, true, true) => '_',
        _ => '-',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_dots_map_to_their_characters() {
        let bit = |column: u8, row: u8| 1u8 << (2 * row + column);
        let want = [
            (0, 0, '⠁'),
            (0, 1, '⠂'),
            (0, 2, '⠄'),
            (0, 3, '⡀'),
            (1, 0, '⠈'),
            (1, 1, '⠐'),
            (1, 2, '⠠'),
            (1, 3, '⢀'),
        ];
        for (column, row, char) in want {
            assert_eq!(Glyphs::Braille.dots(bit(column, row)), Some(char));
        }
        assert_eq!(Glyphs::Braille.dots(0xff), Some('⣿'));
        assert_eq!(Glyphs::Blocks.dots(bit(0, 0) | bit(1, 3)), Some('▚'));
        for glyphs in [Glyphs::Braille, Glyphs::Blocks, Glyphs::Ascii] {
            assert_eq!(glyphs.dots(0), None);
        }
        assert!((1..=255).all(|b| Glyphs::Ascii.dots(b).is_some_and(|c| c.is_ascii_graphic())));
    }
}
