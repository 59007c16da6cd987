//! 8-bit floating-point formats, by their names in `ml_dtypes`.

/// 8-bit float with 4 exponent bits and no infinities, as used by safetensors.
pub(in crate::data::read) const FLOAT8_E4M3: &str = "float8_e4m3fn";
/// 8-bit float with 5 exponent bits.
pub(in crate::data::read) const FLOAT8_E5M2: &str = "float8_e5m2";

/// An 8-bit format: sign, exponent, fraction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Small {
    name: &'static str,
    /// Number of exponent bits.
    exponent: u8,
    bias: i32,
    special: Special,
}

/// How a format encodes values that are not finite.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Special {
    /// The largest exponent is infinity or NaN, as in IEEE 754.
    Ieee,
    /// The largest exponent with the largest fraction is NaN; no infinity.
    One,
    /// Negative zero is NaN; there is no infinity.
    NegativeZero,
    /// Unsigned powers of two; 255 is NaN.
    Unsigned,
}

impl Small {
    const ALL: [Self; 8] = [
        Self::new("float8_e3m4", 3, 3, Special::Ieee),
        Self::new("float8_e4m3", 4, 7, Special::Ieee),
        Self::new("float8_e4m3b11fnuz", 4, 11, Special::NegativeZero),
        Self::new(FLOAT8_E4M3, 4, 7, Special::One),
        Self::new("float8_e4m3fnuz", 4, 8, Special::NegativeZero),
        Self::new(FLOAT8_E5M2, 5, 15, Special::Ieee),
        Self::new("float8_e5m2fnuz", 5, 16, Special::NegativeZero),
        Self::new("float8_e8m0fnu", 8, 127, Special::Unsigned),
    ];

    const fn new(name: &'static str, exponent: u8, bias: i32, special: Special) -> Self {
        Self { name, exponent, bias, special }
    }

    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|small| small.name == name)
    }

    /// The names of all formats.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::ALL.into_iter().map(|small| small.name)
    }

    pub fn value(self, bits: u8) -> f64 {
        if self.special == Special::Unsigned {
            return if bits == u8::MAX { f64::NAN } else { 2f64.powi(i32::from(bits) - self.bias) };
        }
        let digits = 7 - self.exponent;
        let (largest, full) = ((1_u8 << self.exponent) - 1, (1_u8 << digits) - 1);
        let (exponent, fraction) = (bits >> digits & largest, bits & full);
        let (of, scale) = (f64::from(fraction), -self.bias - i32::from(digits));
        let size = match (self.special, exponent) {
            (Special::NegativeZero, _) if bits == 0x80 => f64::NAN,
            (Special::Ieee, e) if e == largest && fraction == 0 => f64::INFINITY,
            (Special::Ieee, e) if e == largest => f64::NAN,
            (Special::One, e) if e == largest && fraction == full => f64::NAN,
            (_, 0) => of * 2f64.powi(scale + 1),
            (_, e) => (f64::from(full) + 1.0 + of) * 2f64.powi(scale + i32::from(e)),
        };
        if bits >> 7 == 1 { -size } else { size }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values from ml_dtypes 0.6: those of 0x01, 0x38 and 0xc4, the sum of the absolute values of all finite ones,
    /// and the numbers of NaN and infinite ones.
    #[test]
    fn small_floats_agree_with_ml_dtypes() {
        let known = [
            ("float8_e3m4", [0.015625, 1.5, -2.5], 744.0, (30, 2)),
            ("float8_e4m3", [0.001953125, 1.0, -3.0], 5887.75, (14, 2)),
            ("float8_e4m3b11fnuz", [0.0001220703125, 0.0625, -0.1875], 735.984375, (1, 0)),
            ("float8_e4m3fn", [0.001953125, 1.0, -3.0], 10815.75, (2, 0)),
            ("float8_e4m3fnuz", [0.0009765625, 0.5, -1.5], 5887.875, (1, 0)),
            ("float8_e5m2", [1.52587890625e-05, 0.5, -4.0], 720895.9995117188, (6, 2)),
            ("float8_e5m2fnuz", [7.62939453125e-06, 0.25, -2.0], 720895.9997558594, (1, 0)),
            (
                "float8_e8m0fnu",
                [2f64.powi(-126), 2f64.powi(-71), 2f64.powi(69)],
                3.402823669209385e38,
                (1, 0),
            ),
        ];
        assert_eq!(Small::names().collect::<Vec<_>>(), known.map(|(name, ..)| name));
        for (name, values, sum, (nan, infinite)) in known {
            let small = Small::of_name(name).unwrap();
            assert_eq!([0x01, 0x38, 0xc4].map(|bits| small.value(bits)), values, "{name}");
            let all: Vec<f64> = (0..=u8::MAX).map(|bits| small.value(bits)).collect();
            let found: f64 = all.iter().filter(|v| v.is_finite()).map(|v| v.abs()).sum();
            assert!((found / sum - 1.0).abs() < 1e-15, "{name}: {found}");
            let count = |of: fn(f64) -> bool| all.iter().filter(|v| of(**v)).count();
            assert_eq!((count(f64::is_nan), count(f64::is_infinite)), (nan, infinite), "{name}");
        }
    }
}
