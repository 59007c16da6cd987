//! Column types of an Arrow schema, by logical type.

use arrow_schema::{DataType, Field, Schema};

use super::super::python;
use super::super::table::{Head, Kind};

/// A selectable column and the position of its values.
pub(super) struct Leaf {
    pub head: Head,
    /// Index of the column, then of the fields of nested records.
    pub path: Vec<usize>,
    /// Whether the bytes have no known meaning and are shown in hexadecimal digits.
    pub hexadecimal: bool,
    /// Whether the column holds JSON documents, of which only lists of numbers are read.
    pub json: bool,
}

/// Why a type is not read.
enum Refused {
    /// The values are not numbers, texts or lists of numbers, or have no order.
    Meaning(&'static str),
    /// A type of Arrow that is not read although its values have a meaning; its library can convert them.
    Type(&'static str),
}

const ACCEPTED: &str = "accepted are numbers, texts and lists of numbers";

/// Every column of a schema, in the order of the file.
pub(super) fn leaves(schema: &Schema, file: &str, is_stream: bool) -> Vec<Leaf> {
    let mut walk = Walk { found: Vec::new(), file, column: "", is_stream };
    for (at, field) in schema.fields().iter().enumerate() {
        walk.column = field.name();
        walk.field(field, field.name().clone(), vec![at]);
    }
    walk.found
}

struct Walk<'a> {
    found: Vec<Leaf>,
    file: &'a str,
    /// Name of the column being processed.
    column: &'a str,
    is_stream: bool,
}

impl Walk<'_> {
    fn field(&mut self, field: &Field, name: String, path: Vec<usize>) {
        let extension = field.metadata().get("ARROW:extension:name").map(String::as_str);
        if let (DataType::Struct(fields), None | Some("")) = (field.data_type(), extension) {
            let parts: Vec<&str> = fields.iter().map(|f| f.name().as_str()).collect();
            if parts == ["type", "size", "indices", "values"] {
                let line = python::of_column(python::SPARK_VECTORS, self.file, &name);
                let why = format!("holds sparse vectors of Spark; from Parquet in Python: {line}");
                self.found.push(Leaf::unread(name, path, why));
                return;
            }
            // Vectors of daft: the numbers, and their count.
            if let ([data, _], ["data", "shape"]) = (&fields[..], parts.as_slice())
                && matches!(kind(data.data_type()), Ok(Kind::Vector))
            {
                self.field(data, name, [path, vec![0]].concat());
                return;
            }
            for (at, part) in fields.iter().enumerate() {
                let within = format!("{name}.{}", part.name());
                self.field(part, within, [path.clone(), vec![at]].concat());
            }
            return;
        }
        let kind = kind(field.data_type()).unwrap_or_else(|why| self.unread(&why));
        let leaf = match extension {
            None | Some("" | "arrow.fixed_shape_tensor" | "arrow.bool8") => Leaf::new(name, kind, path),
            Some("arrow.uuid") => Leaf { hexadecimal: true, ..Leaf::new(name, Kind::Text, path) },
            Some("arrow.json") => Leaf { json: true, ..Leaf::new(name, Kind::Text, path) },
            // Extension types of other libraries describe lists of numbers further; they remain readable.
            Some(_) if kind == Kind::Vector => Leaf::new(name, kind, path),
            Some(other) => {
                let other = crate::outside::text::plain(other);
                Leaf::unread(name, path, format!("holds values of the type {other}; {ACCEPTED}"))
            }
        };
        self.found.push(leaf);
    }

    /// Describes a column whose type is not read, and how to convert it.
    fn unread(&self, why: &Refused) -> Kind {
        Kind::Unread(match why {
            Refused::Meaning(what) => format!("holds {what}; {ACCEPTED}"),
            Refused::Type(what) => {
                let of = if self.is_stream { python::ARROW_STREAM_VALUES } else { python::ARROW_VALUES };
                let line = python::of_column(of, self.file, self.column);
                format!("holds {what}; {ACCEPTED}; in Python: {line}")
            }
        })
    }
}

impl Leaf {
    fn new(name: String, kind: Kind, path: Vec<usize>) -> Self {
        Self { head: Head::new(name, kind), path, hexadecimal: false, json: false }
    }

    fn unread(name: String, path: Vec<usize>, why: String) -> Self {
        Self::new(name, Kind::Unread(why), path)
    }
}

fn kind(of: &DataType) -> Result<Kind, Refused> {
    match of {
        DataType::Boolean => Ok(Kind::Number),
        _ if of.is_integer() || of.is_floating() => Ok(Kind::Number),
        DataType::Decimal32(_, scale) | DataType::Decimal64(_, scale) | DataType::Decimal128(_, scale) => {
            if (0..=38).contains(scale) {
                Ok(Kind::Number)
            } else {
                Err(Refused::Meaning("decimals of a negative scale"))
            }
        }
        DataType::Decimal256(..) => Err(Refused::Type("decimals of more than 38 digits")),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Ok(Kind::Text),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => Ok(Kind::Text),
        DataType::FixedSizeBinary(size) if *size > 0 => Ok(Kind::Text),
        DataType::Dictionary(_, values) => match kind(values)? {
            Kind::Vector => Err(Refused::Type("dictionaries of lists")),
            other => Ok(other),
        },
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            match (item.data_type(), kind(item.data_type())) {
                (DataType::Dictionary(..), _) => Err(Refused::Type("lists of dictionaries")),
                (_, Ok(Kind::Text)) => Err(Refused::Meaning("lists of text")),
                (_, Ok(_)) => Ok(Kind::Vector),
                (DataType::Struct(_), _) => Err(Refused::Meaning("lists of records")),
                (_, Err(why)) => Err(why),
            }
        }
        DataType::Map(..) => Err(Refused::Meaning("maps, whose values are in no order")),
        DataType::Null => Err(Refused::Meaning("no value")),
        DataType::Struct(_) => Err(Refused::Meaning("records")),
        _ if of.is_temporal() => Err(Refused::Meaning("dates or times")),
        _ => Err(Refused::Type("values of an unknown type")),
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
