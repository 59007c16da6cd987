//! Formatting of numbers for the screen: a fixed shape for each value, so that columns do not jump while a value
//! changes.
//!
//! Negative numbers carry the true minus sign `−`; NaN is written as a lone `−` and infinity as `∞`.

const MINUS: char = '\u{2212}';

/// `value` with `digits` significant digits: `1.000`, `12.3`, `0.0123`; scientific (`1.2e-5`) below 10⁻³ and from
/// 10⁶ on. Integers are never cut: 12345 stays `12345`.
#[must_use]
pub fn sig(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return special(value);
    }
    let digits = digits.clamp(1, 17);
    let size = value.abs();
    if size == 0.0 {
        return format!("{:.*}", digits - 1, 0.0);
    }
    // Rounding first: 9.9996 with four digits is 10.00 and not 10.000.
    let scientific = format!("{size:.*e}", digits - 1);
    let exponent = scientific.split_once('e').and_then(|(_, e)| e.parse::<i32>().ok()).unwrap_or(0);
    let text = if (-3..6).contains(&exponent) {
        let decimals = i32::try_from(digits).unwrap_or(17) - 1 - exponent;
        format!("{size:.*}", usize::try_from(decimals).unwrap_or(0))
    } else {
        scientific
    };
    signed(value, &text)
}

/// The shortest text that is read back as the same number: 0.001, 1e-7, 250000, 1e12.
#[must_use]
pub fn plain(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude != 0.0 && !(1e-4..1e9).contains(&magnitude) {
        format!("{value:e}")
    } else {
        value.to_string()
    }
}

/// A number of samples, features or tasks: a plain integer; from 10⁷ on scientific where that is exact in three digits,
/// from 10⁹ on always.
#[must_use]
pub fn count(n: f64) -> String {
    // `1e8`, not `1.00e8`.
    let short = || format!("{:e}", n.round());
    match n.abs() {
        a if a.is_finite()
            && a >= 1e7
            && short().split('e').next().is_some_and(|digits| digits.len() <= 4) =>
        {
            signed(n, &format!("{:e}", a.round()))
        }
        a if !a.is_finite() || a >= 1e9 => sig(n, 3),
        a => signed(n.round(), &format!("{a:.0}")),
    }
}

/// The crosshair's position in samples: an integer, or one decimal where it lies between two integers.
#[must_use]
pub fn samples(n: f64) -> String {
    if (n - n.round()).abs() < 1e-6 { count(n) } else { format!("{n:.1}") }
}

/// The label of a tick with as many decimals as the step between ticks requires.
#[must_use]
pub fn tick(value: f64, step: f64) -> String {
    if !value.is_finite() {
        return special(value);
    }
    // The tick at zero may be a sum of rounding errors.
    let value = if value.abs() < step.abs() * 1e-9 { 0.0 } else { value };
    let size = value.abs();
    let decimals = (-(step.abs().log10() + 1e-9).floor()).clamp(0.0, 20.0) as usize;
    if value == 0.0 {
        return "0".into();
    }
    if size >= 1e5 || decimals > 4 {
        let kept = (size.log10().floor() - step.abs().log10().floor()).clamp(0.0, 12.0) as usize;
        let text = format!("{size:.kept$e}");
        return signed(value, &text);
    }
    signed(value, &format!("{size:.decimals$}"))
}

/// Terminal columns that a text occupies: two for a wide character, none for a combining one.
#[must_use]
pub fn columns(text: &str) -> usize {
    ratatui::text::Span::raw(text).width()
}

/// Right-aligns `text` in `width` columns; a longer text is returned unchanged.
#[must_use]
pub fn right(text: &str, width: usize) -> String {
    " ".repeat(width.saturating_sub(columns(text))) + text
}

/// Shortens a name to at most `room` columns by replacing its middle with an ellipsis, so that names with a common
/// prefix remain distinguishable.
#[must_use]
pub fn shorten(name: &str, room: usize) -> String {
    let wide = |c: char| columns(c.encode_utf8(&mut [0; 4]));
    if columns(name) <= room {
        return name.to_owned();
    }
    if room < 4 {
        return name.chars().take(room.saturating_sub(1)).chain((room > 0).then_some('…')).collect();
    }
    let tail_room = (room - 1) / 2;
    let mut used = 0;
    let tail: Vec<char> = name
        .chars()
        .rev()
        .take_while(|c| {
            used += wide(*c);
            used <= tail_room
        })
        .collect();
    let tail: String = tail.into_iter().rev().collect();
    let mut left = room - 1 - columns(&tail);
    let mut head = String::new();
    for c in name.chars() {
        if wide(c) > left {
            break;
        }
        left -= wide(c);
        head.push(c);
    }
    format!("{head}…{tail}")
}

/// Pads a text to a number of columns, left-aligned.
#[must_use]
pub fn left(text: &str, width: usize) -> String {
    text.to_owned() + &" ".repeat(width.saturating_sub(columns(text)))
}

fn special(value: f64) -> String {
    match value {
        v if v.is_nan() => MINUS.to_string(),
        v if v < 0.0 => format!("{MINUS}∞"),
        _ => "∞".into(),
    }
}

fn signed(value: f64, text: &str) -> String {
    // A number that rounds to zero is written without a sign.
    let nothing = text.chars().all(|c| matches!(c, '0' | '.'));
    if value < 0.0 && !nothing { format!("{MINUS}{text}") } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn significant_digits() {
        let cases = [
            (1.0, 4, "1.000"),
            (0.01234, 3, "0.0123"),
            (1.2e-5, 2, "1.2e-5"),
            (12.34, 3, "12.3"),
            (9.9996, 4, "10.00"),
            (999.96, 4, "1000"),
            (0.000_999_99, 3, "0.00100"),
            (12345.6, 3, "12346"),
            (1.0e6, 3, "1.00e6"),
            (0.0, 3, "0.00"),
            (-2.5, 2, "−2.5"),
            (f64::INFINITY, 4, "∞"),
            (f64::NEG_INFINITY, 4, "−∞"),
            (f64::NAN, 4, "−"),
            (5e-324, 2, "4.9e-324"),
            (f64::MAX, 3, "1.80e308"),
            (1.0, 0, "1"),
        ];
        for (value, digits, want) in cases {
            assert_eq!(sig(value, digits), want, "{value} with {digits}");
        }
    }

    #[test]
    fn counts_and_ticks() {
        assert_eq!(
            [1000.0, 12_345_678.4, -0.2, 3e9, 1e8, 7.2e10, 1_234_567_890.0].map(count).join(" "),
            "1000 12345678 0 3e9 1e8 7.2e10 1.23e9"
        );
        assert_eq!(
            [tick(0.2, 0.2), tick(1.0, 0.2), tick(1.5, 0.05), tick(100.0, 50.0)].join(" "),
            "0.2 1.0 1.50 100"
        );
        assert_eq!(
            [tick(1e-17, 0.1), tick(-0.5, 0.5), tick(2e5, 1e5), tick(3e-7, 1e-7)].join(" "),
            "0 −0.5 2e5 3e-7"
        );
    }
}
