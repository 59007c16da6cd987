//! Values of Arrow arrays as numbers, texts and lists of numbers.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Decimal32Type, Decimal64Type, Decimal128Type, Float16Type, Float32Type, Float64Type,
    Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;

use super::super::cell;
use super::super::table::Vectors;

/// One number a row, NaN where it is missing; `None` for arrays of other types.
pub(super) fn numbers(array: &ArrayRef) -> Option<Vec<f64>> {
    fn of<T: ArrowPrimitiveType>(array: &ArrayRef, number: impl Fn(T::Native) -> f64) -> Option<Vec<f64>> {
        Some(array.as_primitive_opt::<T>()?.iter().map(|v| v.map_or(f64::NAN, &number)).collect())
    }
    match array.data_type() {
        DataType::Float16 => of::<Float16Type>(array, |v| v.to_f64()),
        DataType::Float32 => of::<Float32Type>(array, f64::from),
        DataType::Float64 => of::<Float64Type>(array, |v| v),
        DataType::Decimal32(_, scale) => of::<Decimal32Type>(array, |v| cell::scaled(i128::from(v), *scale)),
        DataType::Decimal64(_, scale) => of::<Decimal64Type>(array, |v| cell::scaled(i128::from(v), *scale)),
        DataType::Decimal128(_, scale) => of::<Decimal128Type>(array, |v| cell::scaled(v, *scale)),
        DataType::Dictionary(..) => {
            let values = numbers(array.as_any_dictionary_opt()?.values())?;
            Some(looked_up(array, &values)?.into_iter().map(|v| v.copied().unwrap_or(f64::NAN)).collect())
        }
        _ => Some(whole(array)?.into_iter().map(|v| v.map_or(f64::NAN, |v| v as f64)).collect()),
    }
}

/// One whole number a row; `None` for arrays of other types.
pub(super) fn whole(array: &ArrayRef) -> Option<Vec<Option<i128>>> {
    fn of<T: ArrowPrimitiveType>(array: &ArrayRef) -> Option<Vec<Option<i128>>>
    where
        i128: From<T::Native>,
    {
        Some(array.as_primitive_opt::<T>()?.iter().map(|v| v.map(i128::from)).collect())
    }
    match array.data_type() {
        DataType::Boolean => Some(array.as_boolean_opt()?.iter().map(|v| v.map(i128::from)).collect()),
        DataType::Int8 => of::<Int8Type>(array),
        DataType::Int16 => of::<Int16Type>(array),
        DataType::Int32 => of::<Int32Type>(array),
        DataType::Int64 => of::<Int64Type>(array),
        DataType::UInt8 => of::<UInt8Type>(array),
        DataType::UInt16 => of::<UInt16Type>(array),
        DataType::UInt32 => of::<UInt32Type>(array),
        DataType::UInt64 => of::<UInt64Type>(array),
        DataType::Decimal32(_, 0) => of::<Decimal32Type>(array),
        DataType::Decimal64(_, 0) => of::<Decimal64Type>(array),
        DataType::Decimal128(_, 0) => of::<Decimal128Type>(array),
        DataType::Dictionary(..) => {
            let values = whole(array.as_any_dictionary_opt()?.values())?;
            Some(looked_up(array, &values)?.into_iter().map(|v| v.copied().flatten()).collect())
        }
        _ => None,
    }
}

/// One text a row; `None` for arrays of other types.
pub(super) fn texts(array: &ArrayRef, hexadecimal: bool) -> Option<Vec<Option<String>>> {
    let string = |v: Option<&str>| v.map(str::to_owned);
    let bytes = |v: Option<&[u8]>| {
        v.map(|v| if hexadecimal { v.iter().map(|b| format!("{b:02x}")).collect() } else { cell::text(v) })
    };
    let found: Vec<Option<String>> = match array.data_type() {
        DataType::Utf8 => array.as_string_opt::<i32>()?.iter().map(string).collect(),
        DataType::LargeUtf8 => array.as_string_opt::<i64>()?.iter().map(string).collect(),
        DataType::Utf8View => array.as_string_view_opt()?.iter().map(string).collect(),
        DataType::Binary => array.as_binary_opt::<i32>()?.iter().map(bytes).collect(),
        DataType::LargeBinary => array.as_binary_opt::<i64>()?.iter().map(bytes).collect(),
        DataType::BinaryView => array.as_binary_view_opt()?.iter().map(bytes).collect(),
        DataType::FixedSizeBinary(_) => array.as_fixed_size_binary_opt()?.iter().map(bytes).collect(),
        DataType::Dictionary(..) => {
            let values = texts(array.as_any_dictionary_opt()?.values(), hexadecimal)?;
            looked_up(array, &values)?.into_iter().map(|v| v.cloned().flatten()).collect()
        }
        _ => return None,
    };
    // A blank text counts as missing, as in text files.
    Some(found.into_iter().map(|text| text.filter(|t| !t.trim().is_empty())).collect())
}

/// The value of each row of a dictionary array.
fn looked_up<'a, T>(array: &ArrayRef, values: &'a [T]) -> Option<Vec<Option<&'a T>>> {
    let keys = whole(&arrow_array::make_array(array.as_any_dictionary_opt()?.keys().to_data()))?;
    let value = |key: Option<i128>| values.get(usize::try_from(key?).ok()?);
    Some(keys.into_iter().map(value).collect())
}

/// Appends the list of numbers of each row, flattening nested lists; `missing` marks rows whose record is missing.
/// The error is a row from 0, the length of its list and that of the first list.
pub(super) fn lists(
    array: &ArrayRef,
    missing: &[bool],
    to: &mut Vectors,
) -> Option<Result<(), (usize, usize, usize)>> {
    let mut ends: Vec<(usize, usize)> = (0..array.len()).map(|row| (row, row + 1)).collect();
    let mut node = array.clone();
    loop {
        let offset = |offsets: &[usize], (start, end): (usize, usize)| {
            (offsets.get(start).copied().unwrap_or(0), offsets.get(end).copied().unwrap_or(0))
        };
        let (offsets, inner): (Vec<usize>, ArrayRef) = match node.data_type() {
            DataType::List(_) => {
                let list = node.as_list_opt::<i32>()?;
                (
                    list.offsets().iter().map(|&o| usize::try_from(o).unwrap_or(0)).collect(),
                    list.values().clone(),
                )
            }
            DataType::LargeList(_) => {
                let list = node.as_list_opt::<i64>()?;
                (
                    list.offsets().iter().map(|&o| usize::try_from(o).unwrap_or(0)).collect(),
                    list.values().clone(),
                )
            }
            DataType::FixedSizeList(_, size) => {
                let (list, size) = (node.as_fixed_size_list_opt()?, usize::try_from(*size).ok()?);
                ((0..=list.len()).map(|row| row * size).collect(), list.values().clone())
            }
            _ => break,
        };
        ends.iter_mut().for_each(|range| *range = offset(&offsets, *range));
        node = inner;
    }
    let values = numbers(&node)?;
    for (row, &(start, end)) in ends.iter().enumerate() {
        if array.is_null(row) || missing.get(row) == Some(&true) || start == end {
            to.skip();
            continue;
        }
        let list = values.get(start..end)?;
        if let Err((found, first)) = to.push(list.iter().copied()) {
            return Some(Err((row, found, first)));
        }
    }
    Some(Ok(()))
}
