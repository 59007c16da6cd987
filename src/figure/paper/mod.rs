//! Pictures as svg and png, drawn with plotters and a font that comes with the program.
//!
//! plotters counts in whole pixels, so pictures are drawn several times larger: svg is scaled by its view box, png by
//! averaging.

mod ink;
mod labels;
mod layout;
mod map;
mod plot;
mod sheet;
mod stack;

use std::sync::Once;

use plotters::backend::{BitMapBackend, SVGBackend};
use plotters::drawing::IntoDrawingArea;
use plotters::style::{FontStyle, register_font};

use super::picture::Figure;
use crate::scenario::ScenarioError;

/// Width and height in pixels where none are given.
pub const SIZE: (u16, u16) = (900, 600);

fn unit((width, height): (u16, u16), finer: u16) -> f64 {
    f64::from(finer) * (f64::from(width) / f64::from(SIZE.0)).min(f64::from(height) / f64::from(SIZE.1))
}

fn checked(size: (u16, u16)) -> Result<(), ScenarioError> {
    const LEAST: (u16, u16) = (200, 150);
    const MOST: u32 = 40_000_000;
    let (width, height) = size;
    if width >= LEAST.0 && height >= LEAST.1 && u32::from(width) * u32::from(height) <= MOST {
        return Ok(());
    }
    Err(ScenarioError::new(format!(
        "--size {width}x{height}: a figure is at least {}x{} and at most {MOST} pixels",
        LEAST.0, LEAST.1
    )))
}

fn failed(why: impl std::fmt::Display) -> ScenarioError {
    ScenarioError::new(format!("the figure cannot be drawn: {why}"))
}

/// A picture as an SVG document of `size` (width, height).
///
/// # Errors
/// When the size has no room for axes.
pub fn svg(figure: &Figure, size: (u16, u16)) -> Result<String, ScenarioError> {
    const FINER: u16 = 4;
    checked(size)?;
    fonts()?;
    let (width, height) = (u32::from(size.0) * u32::from(FINER), u32::from(size.1) * u32::from(FINER));
    let mut text = String::new();
    let area = SVGBackend::with_string(&mut text, (width, height)).into_drawing_area();
    layout::draw(figure, &area, unit(size, FINER)).map_err(failed)?;
    area.present().map_err(failed)?;
    drop(area);
    let drawn = format!("<svg width=\"{width}\" height=\"{height}\"");
    Ok(text.replacen(&drawn, &format!("<svg width=\"{}\" height=\"{}\"", size.0, size.1), 1))
}

/// A picture as a PNG image.
///
/// # Errors
/// Errors of [`svg`].
pub fn png(figure: &Figure, size: (u16, u16)) -> Result<Vec<u8>, ScenarioError> {
    checked(size)?;
    fonts()?;
    let (width, height) = (usize::from(size.0), usize::from(size.1));
    let finer: u16 = if width * height <= 4_000_000 { 3 } else { 1 };
    let (fine, tall) = (width * usize::from(finer), height * usize::from(finer));
    let mut pixels = vec![255_u8; fine * tall * 3];
    let whole = (u32::from(size.0) * u32::from(finer), u32::from(size.1) * u32::from(finer));
    let area = BitMapBackend::with_buffer(&mut pixels, whole).into_drawing_area();
    layout::draw(figure, &area, unit(size, finer)).map_err(failed)?;
    area.present().map_err(failed)?;
    drop(area);
    let small = averaged(&pixels, fine, usize::from(finer));
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, u32::from(size.0), u32::from(size.1));
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header().and_then(|mut writer| writer.write_image_data(&small)).map_err(failed)?;
    Ok(bytes)
}

/// Squares of `finer` × `finer` pixels as one; `width` pixels of three bytes a row.
fn averaged(pixels: &[u8], width: usize, finer: usize) -> Vec<u8> {
    let columns = width / finer;
    let mut small = Vec::with_capacity(pixels.len() / (finer * finer));
    let mut sums = vec![0_usize; columns * 3];
    for rows in pixels.chunks_exact(width * 3 * finer) {
        sums.fill(0);
        for row in rows.chunks_exact(width * 3) {
            for (sums, square) in sums.chunks_exact_mut(3).zip(row.chunks_exact(3 * finer)) {
                for pixel in square.chunks_exact(3) {
                    sums.iter_mut().zip(pixel).for_each(|(sum, v)| *sum += usize::from(*v));
                }
            }
        }
        small.extend(sums.iter().map(|sum| (sum / (finer * finer)) as u8));
    }
    small
}

/// DejaVu Sans, embedded: the same picture on every machine, with Greek and superscripts.
fn fonts() -> Result<(), ScenarioError> {
    static REGISTERED: Once = Once::new();
    let mut result = Ok(());
    REGISTERED.call_once(|| {
        result = register_font(ink::FONT, FontStyle::Normal, dejavu::sans::regular());
    });
    result.map_err(|_| failed("its font is broken"))
}
