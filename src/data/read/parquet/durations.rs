//! Columns of durations: Parquet has no type for them, so writers store whole numbers and the type in the Arrow
//! schema of the metadata.

use arrow_ipc::{Field, Type, root_as_message};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Maximum depth of nested records and lists.
const DEPTH: usize = 16;

/// Paths (`column`, `record.field`) of the columns of durations, including lists of them, from the encoded Arrow
/// schema; empty if it cannot be read.
pub(super) fn columns(schema: &str) -> Vec<String> {
    let bytes = STANDARD.decode(schema).unwrap_or_default();
    // A message may begin with the continuation marker and its length.
    let bytes = if bytes.starts_with(&[0xff; 4]) { bytes.get(8..).unwrap_or_default() } else { &bytes };
    let mut found = Vec::new();
    let fields = root_as_message(bytes).ok().and_then(|message| message.header_as_schema()?.fields());
    for field in fields.into_iter().flatten() {
        walk(field, field.name().unwrap_or_default().to_owned(), DEPTH, &mut found);
    }
    found
}

fn walk(field: Field<'_>, name: String, depth: usize, found: &mut Vec<String>) {
    let children = || field.children().into_iter().flatten();
    match field.type_type() {
        Type::Duration => found.push(name),
        Type::Struct_ if depth > 0 => {
            for child in children() {
                let within = format!("{name}.{}", child.name().unwrap_or_default());
                walk(child, within, depth - 1, found);
            }
        }
        // The item of a list has the path of its column.
        Type::List | Type::LargeList | Type::FixedSizeList if depth > 0 => {
            for child in children() {
                walk(child, name.clone(), depth - 1, found);
            }
        }
        _ => {}
    }
}
