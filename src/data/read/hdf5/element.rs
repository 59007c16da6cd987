//! Element types of HDF5, and numbers from their bytes.

use hdf5_reader::{Dataset, Datatype, VarLenKind};

use super::super::npy;

/// How the bytes of an element become a number.
#[derive(Clone, Copy)]
pub(super) enum Element {
    Signed(usize),
    Unsigned(usize),
    Half,
    Single,
    Double,
}

/// The numeric element type of a dataset; `None` if it has none.
pub(super) fn element(dataset: &Dataset) -> Option<Element> {
    match dataset.dtype() {
        Datatype::FixedPoint { size, signed, .. } => whole(*size, *signed),
        Datatype::FloatingPoint { size, .. } => {
            // Sizes of exponent and mantissa are only in the raw message of the type.
            let raw = dataset.raw_datatype().ok()?;
            match (size, raw.get(13), raw.get(15)) {
                (2, Some(5), Some(10)) => Some(Element::Half),
                (4, Some(8), Some(23)) => Some(Element::Single),
                (8, Some(11), Some(52)) => Some(Element::Double),
                _ => None,
            }
        }
        // Booleans, as h5py writes them.
        Datatype::Enum { base, members } => {
            let truth = |name: &str| matches!(name, "TRUE" | "FALSE");
            match base.as_ref() {
                Datatype::FixedPoint { size, signed, .. } if members.iter().all(|m| truth(&m.name)) => {
                    whole(*size, *signed)
                }
                _ => None,
            }
        }
        _ => None,
    }
}

fn whole(size: u8, signed: bool) -> Option<Element> {
    let size = usize::from(size);
    [1, 2, 4, 8].contains(&size).then_some(if signed {
        Element::Signed(size)
    } else {
        Element::Unsigned(size)
    })
}

pub(super) fn is_text(of: &Datatype) -> bool {
    matches!(of, Datatype::String { .. } | Datatype::VarLen { kind: VarLenKind::String, .. })
}

impl Element {
    pub const fn size(self) -> usize {
        match self {
            Self::Signed(size) | Self::Unsigned(size) => size,
            Self::Half => 2,
            Self::Single => 4,
            Self::Double => 8,
        }
    }

    pub const fn is_whole(self) -> bool {
        matches!(self, Self::Signed(_) | Self::Unsigned(_))
    }

    /// A whole number from bytes in native byte order.
    pub fn whole(self, bytes: &[u8]) -> Option<i128> {
        Some(match (self, bytes) {
            (Self::Signed(1), &[a]) => i128::from(a.cast_signed()),
            (Self::Unsigned(1), &[a]) => i128::from(a),
            (Self::Signed(2), bytes) => i128::from(i16::from_ne_bytes(bytes.try_into().ok()?)),
            (Self::Unsigned(2), bytes) => i128::from(u16::from_ne_bytes(bytes.try_into().ok()?)),
            (Self::Signed(4), bytes) => i128::from(i32::from_ne_bytes(bytes.try_into().ok()?)),
            (Self::Unsigned(4), bytes) => i128::from(u32::from_ne_bytes(bytes.try_into().ok()?)),
            (Self::Signed(_), bytes) => i128::from(i64::from_ne_bytes(bytes.try_into().ok()?)),
            (Self::Unsigned(_), bytes) => i128::from(u64::from_ne_bytes(bytes.try_into().ok()?)),
            _ => return None,
        })
    }

    pub fn number(self, bytes: &[u8]) -> f64 {
        let found = match self {
            Self::Half => bytes.try_into().ok().map(|b| npy::half(u16::from_ne_bytes(b))),
            Self::Single => bytes.try_into().ok().map(|b| f64::from(f32::from_ne_bytes(b))),
            Self::Double => bytes.try_into().ok().map(f64::from_ne_bytes),
            Self::Signed(_) | Self::Unsigned(_) => self.whole(bytes).map(|v| v as f64),
        };
        found.unwrap_or(f64::NAN)
    }
}
