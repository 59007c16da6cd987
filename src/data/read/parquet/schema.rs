//! Column types of a Parquet schema, by logical type rather than physical type alone.

use ::parquet::basic::{ConvertedType, LogicalType, Repetition, Type as Physical};
use ::parquet::schema::types::Type;

use super::super::python;
use super::super::table::{Head, Kind};

/// How a stored value becomes a number or a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Decode {
    Boolean,
    Signed,
    Unsigned,
    Real,
    Half,
    /// Digits after the decimal point.
    Decimal(i32),
    /// A decimal with more digits than are read.
    LongDecimal,
    /// Bytes that are text.
    Text,
    /// JSON documents, of which only lists of numbers are read.
    Json,
    /// Bytes without a known meaning, shown in hexadecimal digits.
    Hexadecimal,
}

/// A selectable column and the position of its values.
pub(super) struct Leaf {
    pub head: Head,
    /// Position among the leaves of the schema.
    pub at: usize,
    pub decode: Decode,
    /// Definition level from which on a row has a list; 0 if rows are single values.
    pub entry: i16,
}

/// Every column of a schema, in the order of the file.
pub(super) fn leaves(root: &Type, file: &str) -> Vec<Leaf> {
    let mut walk = Walk { leaves: Vec::new(), next: 0, file };
    for field in root.get_fields() {
        walk.field(field, None, 0);
    }
    walk.leaves
}

struct Walk<'a> {
    leaves: Vec<Leaf>,
    /// The position of the next leaf.
    next: usize,
    file: &'a str,
}

const RECORDS: &str = "holds lists of records; accepted are numbers, texts and lists of numbers";
const MAPS: &str = "holds maps; accepted are numbers, texts and lists of numbers in one order";

impl Walk<'_> {
    fn field(&mut self, field: &Type, within: Option<&str>, definition: i16) {
        let name = match within {
            Some(within) => format!("{within}.{}", field.name()),
            None => field.name().to_owned(),
        };
        let definition = definition + i16::from(repetition(field) != Repetition::REQUIRED);
        let repeated = repetition(field) == Repetition::REPEATED;
        if !field.is_group() {
            let kind = kind(field, repeated);
            self.leaf(name, kind, if repeated { definition } else { 0 });
            return;
        }
        let info = field.get_basic_info();
        let is = |logical: &LogicalType, converted: ConvertedType| {
            info.logical_type_ref() == Some(logical) || info.converted_type() == converted
        };
        if matches!(info.logical_type_ref(), Some(LogicalType::Variant(_))) {
            let line = python::of_column(python::PARQUET_VARIANT, self.file, field.name());
            let why = format!("holds values of VARIANT, each of a type of its own; in Python: {line}");
            return self.unread(field, name, why);
        }
        let key_value = matches!(field.get_fields(), [only] if repetition(only) == Repetition::REPEATED && only.name() == "key_value");
        if is(&LogicalType::Map, ConvertedType::MAP)
            || info.converted_type() == ConvertedType::MAP_KEY_VALUE
            || key_value
        {
            return self.unread(
                field,
                name.clone(),
                format!("{MAPS}; in Python: {}", python::of_column(python::PARQUET_MAP, self.file, &name)),
            );
        }
        if repeated || is(&LogicalType::List, ConvertedType::LIST) {
            return self.list(field, name, definition, if repeated { definition } else { 0 });
        }
        let parts: Vec<&str> = field.get_fields().iter().map(|f| f.name()).collect();
        if parts == ["type", "size", "indices", "values"] {
            let line = python::of_column(python::SPARK_VECTORS, self.file, &name);
            return self.unread(field, name.clone(), format!("holds sparse vectors of Spark; in Spark: pyspark.ml.functions.vector_to_array, in Python: {line}"));
        }
        // Vectors of daft: the numbers, and their count.
        if let ([data, shape], ["data", "shape"]) = (field.get_fields(), parts.as_slice())
            && data.is_group()
            && data.get_basic_info().converted_type() == ConvertedType::LIST
        {
            let definition = definition + i16::from(repetition(data) != Repetition::REQUIRED);
            self.list(data, name, definition, 0);
            self.next += count(shape);
            return;
        }
        for part in field.get_fields() {
            self.field(part, Some(&name), definition);
        }
    }

    /// A list: its only leaf, with nested lists flattened.
    fn list(&mut self, list: &Type, name: String, definition: i16, entry: i16) {
        let (mut node, mut level, mut entry) = (list, definition, entry);
        loop {
            let [only] = node.get_fields() else {
                let way = match node.get_fields() {
                    [key, value] if is_text(key) && !value.is_group() && !is_text(value) => {
                        let names = [("NAME", name.as_str()), ("KEY", key.name()), ("VALUE", value.name())];
                        format!("; in Python: {}", python::with(python::PARQUET_PAIRS, self.file, &names))
                    }
                    _ => String::new(),
                };
                return self.unread(list, name, format!("{RECORDS}{way}"));
            };
            level += i16::from(repetition(only) != Repetition::REQUIRED);
            if repetition(only) == Repetition::REPEATED && entry == 0 {
                entry = level;
            }
            let info = only.get_basic_info();
            let map = info.logical_type_ref() == Some(&LogicalType::Map)
                || info.converted_type() == ConvertedType::MAP;
            if map {
                return self.unread(list, name, MAPS.into());
            }
            if !only.is_group() {
                let kind = kind(only, true);
                return self.leaf(name, kind, entry);
            }
            node = only;
        }
    }

    fn leaf(&mut self, name: String, (kind, decode): (Kind, Decode), entry: i16) {
        let kind = match (kind, decode) {
            (Kind::Unread(why), Decode::LongDecimal) => {
                let line = python::of_column(python::PARQUET_DECIMALS, self.file, &name);
                Kind::Unread(format!("{why}; in Python: {line}"))
            }
            (kind, _) => kind,
        };
        let head = Head::new(name, kind);
        self.leaves.push(Leaf { head, at: self.next, decode, entry });
        self.next += 1;
    }

    /// A field that is not read, with all leaves in it.
    fn unread(&mut self, field: &Type, name: String, why: String) {
        self.leaves.push(Leaf {
            head: Head::new(name, Kind::Unread(why)),
            at: self.next,
            decode: Decode::Real,
            entry: 0,
        });
        self.next += count(field);
    }
}

fn is_text(field: &Type) -> bool {
    !field.is_group() && kind(field, false).0 == Kind::Text
}

fn count(field: &Type) -> usize {
    if field.is_group() { field.get_fields().iter().map(|f| count(f)).sum() } else { 1 }
}

fn repetition(field: &Type) -> Repetition {
    let info = field.get_basic_info();
    if info.has_repetition() { info.repetition() } else { Repetition::REQUIRED }
}

/// Type of a leaf and decoding of its values; `listed` if rows are lists.
fn kind(leaf: &Type, listed: bool) -> (Kind, Decode) {
    let info = leaf.get_basic_info();
    let (logical, converted) = (info.logical_type_ref(), info.converted_type());
    let Type::PrimitiveType { physical_type, type_length, precision, scale, .. } = leaf else {
        return (Kind::Unread(RECORDS.into()), Decode::Real);
    };
    let number = if listed { Kind::Vector } else { Kind::Number };
    let text = if listed {
        Kind::Unread("holds lists of text; accepted are numbers, texts and lists of numbers".into())
    } else {
        Kind::Text
    };
    let unread = |what: &str| {
        let why = format!("holds {what}; accepted are numbers, texts and lists of numbers");
        (Kind::Unread(why), Decode::Real)
    };
    let dates = || unread("dates or times");
    match (logical, converted) {
        (Some(LogicalType::Date | LogicalType::Time(_) | LogicalType::Timestamp(_)), _) => return dates(),
        (
            None,
            ConvertedType::DATE
            | ConvertedType::TIME_MILLIS
            | ConvertedType::TIME_MICROS
            | ConvertedType::TIMESTAMP_MILLIS
            | ConvertedType::TIMESTAMP_MICROS
            | ConvertedType::INTERVAL,
        ) => return dates(),
        (Some(LogicalType::Decimal(_)), _) | (None, ConvertedType::DECIMAL) => {
            let scale = match logical {
                Some(LogicalType::Decimal(decimal)) => decimal.scale,
                _ => *scale,
            };
            if *precision > 38 || !(0..=38).contains(&scale) {
                let (kind, _) = unread("decimals of more than 38 digits");
                return (kind, Decode::LongDecimal);
            }
            return (number, Decode::Decimal(scale));
        }
        (Some(LogicalType::Integer(integer)), _) => {
            return (number, if integer.is_signed { Decode::Signed } else { Decode::Unsigned });
        }
        (
            None,
            ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64,
        ) => return (number, Decode::Unsigned),
        (Some(LogicalType::Float16), _) => return (number, Decode::Half),
        (Some(LogicalType::Uuid), _) => return (text, Decode::Hexadecimal),
        (Some(LogicalType::Unknown), _) => return (Kind::Unread("holds no value".into()), Decode::Real),
        (Some(LogicalType::Json), _) | (None, ConvertedType::JSON) => return (text, Decode::Json),
        (Some(LogicalType::Geometry(_) | LogicalType::Geography(_)), _) => return unread("geometries"),
        (Some(LogicalType::Bson), _) | (None, ConvertedType::BSON) => return unread("BSON documents"),
        (Some(LogicalType::String | LogicalType::Enum), _) | (None, _) => {}
        _ => return unread("values of an unknown type"),
    }
    match physical_type {
        Physical::BOOLEAN => (number, Decode::Boolean),
        Physical::INT32 | Physical::INT64 => (number, Decode::Signed),
        Physical::FLOAT | Physical::DOUBLE => (number, Decode::Real),
        Physical::INT96 => dates(),
        Physical::BYTE_ARRAY => (text, Decode::Text),
        // Half floats without their logical type, as older writers store them, cannot be distinguished from labels.
        Physical::FIXED_LEN_BYTE_ARRAY if *type_length > 0 => (text, Decode::Text),
        Physical::FIXED_LEN_BYTE_ARRAY => unread("bytes of no length"),
    }
}
