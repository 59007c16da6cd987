//! The types of the columns of an Arrow schema, by logical type.

use arrow_schema::{DataType, Field, Schema};

use super::super::python;
use super::super::table::{Head, Kind};

/// A selectable column, and where its values are.
pub(super) struct Leaf {
    pub head: Head,
    /// The column, then the fields of records down to the values.
    pub path: Vec<usize>,
    /// Texts whose bytes have no meaning that is known, shown in hexadecimal digits.
    pub hexadecimal: bool,
    /// JSON documents, of which only lists of numbers are read.
    pub json: bool,
}

const UNKNOWN: &str = "values of a type that is not known here";
const LONG_DECIMALS: &str = "decimals of more than 38 digits";
const ACCEPTED: &str = "accepted are numbers, texts and lists of numbers";

/// Every column of a schema, in the order of the file.
pub(super) fn leaves(schema: &Schema, file: &str, is_stream: bool) -> Vec<Leaf> {
    let mut found = Vec::new();
    for (at, field) in schema.fields().iter().enumerate() {
        walk(field, field.name().clone(), vec![at], file, &mut found);
    }
    for leaf in &mut found {
        // A type of Arrow that is not read, of values that have a meaning here.
        if let Kind::Unread(why) = &mut leaf.head.kind
            && [UNKNOWN, LONG_DECIMALS, "dictionaries"].iter().any(|what| why.contains(what))
        {
            let of = if is_stream { python::ARROW_STREAM_VALUES } else { python::ARROW_VALUES };
            let column = leaf.path.first().and_then(|&at| schema.fields().get(at)).map(|field| field.name());
            let line = python::of_column(of, file, column.map_or("", |name| name));
            why.push_str(&format!("; in Python: {line}"));
        }
    }
    found
}

fn walk(field: &Field, name: String, path: Vec<usize>, file: &str, found: &mut Vec<Leaf>) {
    let extension = field.metadata().get("ARROW:extension:name").map(String::as_str);
    if let (DataType::Struct(fields), None | Some("")) = (field.data_type(), extension) {
        let parts: Vec<&str> = fields.iter().map(|f| f.name().as_str()).collect();
        if parts == ["type", "size", "indices", "values"] {
            let line = python::of_column(python::SPARK_VECTORS, file, &name);
            let why = format!("holds sparse vectors of Spark; from Parquet in Python: {line}");
            found.push(Leaf::unread(name, path, why));
            return;
        }
        // Vectors of daft: the numbers, and how many there are.
        if let ([data, _], ["data", "shape"]) = (&fields[..], parts.as_slice())
            && kind(data.data_type()) == Kind::Vector
        {
            walk(data, name, [path, vec![0]].concat(), file, found);
            return;
        }
        for (at, part) in fields.iter().enumerate() {
            let within = format!("{name}.{}", part.name());
            walk(part, within, [path.clone(), vec![at]].concat(), file, found);
        }
        return;
    }
    let kind = kind(field.data_type());
    let leaf = match extension {
        None | Some("" | "arrow.fixed_shape_tensor" | "arrow.bool8") => Leaf::new(name, kind, path),
        Some("arrow.uuid") => Leaf { hexadecimal: true, ..Leaf::new(name, Kind::Text, path) },
        Some("arrow.json") => Leaf { json: true, ..Leaf::new(name, Kind::Text, path) },
        // Types of other libraries say what lists of numbers mean, not that they are none.
        Some(_) if kind == Kind::Vector => Leaf::new(name, kind, path),
        Some(other) => {
            let other = crate::outside::text::plain(other);
            Leaf::unread(name, path, format!("holds values of the type {other}; {ACCEPTED}"))
        }
    };
    found.push(leaf);
}

impl Leaf {
    fn new(name: String, kind: Kind, path: Vec<usize>) -> Self {
        Self { head: Head::new(name, kind), path, hexadecimal: false, json: false }
    }

    fn unread(name: String, path: Vec<usize>, why: String) -> Self {
        Self::new(name, Kind::Unread(why), path)
    }
}

fn kind(of: &DataType) -> Kind {
    let unread = |what: &str| Kind::Unread(format!("holds {what}; {ACCEPTED}"));
    match of {
        DataType::Boolean => Kind::Number,
        _ if of.is_integer() || of.is_floating() => Kind::Number,
        DataType::Decimal32(_, scale) | DataType::Decimal64(_, scale) | DataType::Decimal128(_, scale) => {
            if (0..=38).contains(scale) {
                Kind::Number
            } else {
                unread("decimals of a negative scale")
            }
        }
        DataType::Decimal256(..) => unread(LONG_DECIMALS),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Kind::Text,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => Kind::Text,
        DataType::FixedSizeBinary(size) if *size > 0 => Kind::Text,
        DataType::Dictionary(_, values) => match kind(values) {
            Kind::Vector => unread("dictionaries of lists"),
            other => other,
        },
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            match (item.data_type(), kind(item.data_type())) {
                (DataType::Dictionary(..), _) => unread("lists of dictionaries"),
                (_, Kind::Number | Kind::Vector) => Kind::Vector,
                (_, Kind::Text) => unread("lists of text"),
                (DataType::Struct(_), _) => unread("lists of records"),
                (DataType::Map(..), _) => unread("maps"),
                (_, other) => other,
            }
        }
        DataType::Map(..) => {
            Kind::Unread("holds maps; accepted are numbers, texts and lists of numbers in one order".into())
        }
        DataType::Null => unread("no value"),
        DataType::Struct(_) => unread("records"),
        _ if of.is_temporal() => unread("dates or times"),
        _ => unread(UNKNOWN),
    }
}

/// Whether numbers are of a whole-number type.
pub(super) fn is_whole(of: &DataType) -> bool {
    match of {
        DataType::Boolean => true,
        DataType::Decimal32(_, scale) | DataType::Decimal64(_, scale) | DataType::Decimal128(_, scale) => {
            *scale == 0
        }
        DataType::Dictionary(_, values) => is_whole(values),
        _ => of.is_integer(),
    }
}
