//! Columns of durations: Parquet has no type for them, so that writers store whole numbers and leave the type in the Arrow
//! schema among the metadata.

use arrow_ipc::{Field, Type, root_as_message};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Records and lists are followed into this depth.
const DEPTH: usize = 16;

/// The paths (`column`, `record.field`) of the columns of durations, lists of them among these, by the Arrow schema as it
/// stands in the metadata; none where it is not readable.
pub(super) fn columns(schema: &str) -> Vec<String> {
    let bytes = STANDARD.decode(schema).unwrap_or_default();
    // A message begins with the mark of a continuation and its length.
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
        // Lists have the name of their column.
        Type::List | Type::LargeList | Type::FixedSizeList if depth > 0 => {
            for child in children() {
                walk(child, name.clone(), depth - 1, found);
            }
        }
        _ => {}
    }
}
