//! Figures for papers: svg and png of curves and planes, drawn with plotters and a font that comes with the program.
//!
//! plotters counts in whole pixels, so figures are drawn several times larger: svg is scaled by its view box, png by
//! averaging.

mod curves;
mod plane;
mod scale;
mod sheet;

use std::sync::Once;

use plotters::backend::{BitMapBackend, SVGBackend};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::prelude::DrawingBackend;
use plotters::style::{FontStyle, register_font};

use crate::scenario::ScenarioError;
use crate::study::{Curves, Plane};

/// Width and height in pixels where none are given.
pub const SIZE: (u16, u16) = (900, 600);

/// Something to draw: `unit` is a pixel of a figure of [`SIZE`].
trait Figure {
    fn draw<DB: DrawingBackend>(&self, area: &DrawingArea<DB, Shift>, unit: f64) -> Result<(), String>;
}

impl Figure for Curves {
    fn draw<DB: DrawingBackend>(&self, area: &DrawingArea<DB, Shift>, unit: f64) -> Result<(), String> {
        curves::draw(self, area, unit)
    }
}

impl Figure for Plane {
    fn draw<DB: DrawingBackend>(&self, area: &DrawingArea<DB, Shift>, unit: f64) -> Result<(), String> {
        plane::draw(self, area, unit)
    }
}

/// Curves as an SVG document of `size` (width, height).
///
/// # Errors
/// When the size has no room for axes.
pub fn curves_svg(curves: &Curves, size: (u16, u16)) -> Result<String, ScenarioError> {
    svg(curves, size)
}

/// Curves as a PNG image.
///
/// # Errors
/// As [`curves_svg`].
pub fn curves_png(curves: &Curves, size: (u16, u16)) -> Result<Vec<u8>, ScenarioError> {
    png(curves, size)
}

/// A plane as an SVG document of `size` (width, height).
///
/// # Errors
/// As [`curves_svg`].
pub fn plane_svg(plane: &Plane, size: (u16, u16)) -> Result<String, ScenarioError> {
    svg(plane, size)
}

/// A plane as a PNG image.
///
/// # Errors
/// As [`curves_svg`].
pub fn plane_png(plane: &Plane, size: (u16, u16)) -> Result<Vec<u8>, ScenarioError> {
    png(plane, size)
}

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

fn svg(figure: &impl Figure, size: (u16, u16)) -> Result<String, ScenarioError> {
    const FINER: u16 = 4;
    checked(size)?;
    fonts()?;
    let (width, height) = (u32::from(size.0) * u32::from(FINER), u32::from(size.1) * u32::from(FINER));
    let mut text = String::new();
    let area = SVGBackend::with_string(&mut text, (width, height)).into_drawing_area();
    figure.draw(&area, unit(size, FINER)).map_err(failed)?;
    area.present().map_err(failed)?;
    drop(area);
    let drawn = format!("<svg width=\"{width}\" height=\"{height}\"");
    Ok(text.replacen(&drawn, &format!("<svg width=\"{}\" height=\"{}\"", size.0, size.1), 1))
}

fn png(figure: &impl Figure, size: (u16, u16)) -> Result<Vec<u8>, ScenarioError> {
    checked(size)?;
    fonts()?;
    let (width, height) = (usize::from(size.0), usize::from(size.1));
    let finer: u16 = if width * height <= 4_000_000 { 3 } else { 1 };
    let (fine, tall) = (width * usize::from(finer), height * usize::from(finer));
    let mut pixels = vec![255_u8; fine * tall * 3];
    let whole = (u32::from(size.0) * u32::from(finer), u32::from(size.1) * u32::from(finer));
    let area = BitMapBackend::with_buffer(&mut pixels, whole).into_drawing_area();
    figure.draw(&area, unit(size, finer)).map_err(failed)?;
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

/// Name of the registered font; viewers of an svg take their own of that name.
const FONT: &str = "sans-serif";

/// DejaVu Sans, embedded: the same figure on every machine, with Greek and superscripts.
fn fonts() -> Result<(), ScenarioError> {
    static REGISTERED: Once = Once::new();
    let mut result = Ok(());
    REGISTERED.call_once(|| {
        result = register_font(FONT, FontStyle::Normal, dejavu::sans::regular());
    });
    result.map_err(|_| failed("its font is broken"))
}
