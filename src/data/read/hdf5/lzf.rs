//! Decompression of `lzf`, used by h5py and AnnData and not supported by the HDF5 library.

use hdf5_reader::error::Error;

/// Registered HDF5 filter number of lzf.
pub(super) const FILTER: u16 = 32_000;

/// Unpacks a chunk: literal runs, and copies of at most 264 bytes from up to 8192 bytes back.
///
/// # Errors
/// A chunk that ends within a run, or copies from before its beginning.
pub(super) fn unpacked(packed: &[u8]) -> Result<Vec<u8>, Error> {
    let cut = || Error::DecompressionError("lzf: the chunk is damaged".into());
    let mut out = Vec::with_capacity(4 * packed.len());
    let mut bytes = packed;
    while let Some((&control, rest)) = bytes.split_first() {
        let control = usize::from(control);
        if control < 32 {
            let (run, rest) = rest.split_at_checked(control + 1).ok_or_else(cut)?;
            out.extend_from_slice(run);
            bytes = rest;
            continue;
        }
        let (more, rest) = match control >> 5 {
            7 => rest.split_first().map(|(&more, rest)| (usize::from(more), rest)).ok_or_else(cut)?,
            _ => (0, rest),
        };
        let (&low, rest) = rest.split_first().ok_or_else(cut)?;
        let back = ((control & 31) << 8 | usize::from(low)) + 1;
        let from = out.len().checked_sub(back).ok_or_else(cut)?;
        // The source of a copy may overlap its destination.
        for at in from..from + (control >> 5) + more + 2 {
            let byte = *out.get(at).ok_or_else(cut)?;
            out.push(byte);
        }
        bytes = rest;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::unpacked;

    /// A literal run, an overlapping copy, a long copy, and chunks that are truncated or copy from before their
    /// beginning.
    #[test]
    fn runs_and_copies() {
        assert_eq!(unpacked(b"\x02abc\x40\x02").unwrap(), b"abcabca");
        assert_eq!(unpacked(b"\x00a\xe0\x03\x00").unwrap(), [b'a'; 1 + 7 + 3 + 2]);
        for damaged in [&b"\x02ab"[..], b"\x00a\x40", b"\x00a\xe0\x03", b"\x00a\x40\x01"] {
            assert!(unpacked(damaged).is_err(), "{damaged:?}");
        }
    }
}
