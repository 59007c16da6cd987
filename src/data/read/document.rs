//! Parsing of JSON values; objects with a repeated key are refused as ambiguous.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::super::error::quoted;
use super::spelling;

/// Parses a text; NaN, which Python and DuckDB write unquoted, is read as null.
///
/// # Errors
/// Where and why the text is not JSON.
pub(super) fn parse(text: &str) -> Result<Value, serde_json::Error> {
    let parsed: Result<Unique, _> = serde_json::from_str(text);
    let parsed = parsed.or_else(|e| match spelling::without_nan(text) {
        Some(text) => serde_json::from_str(&text)
            .map_err(|again: serde_json::Error| if again.is_data() { again } else { e }),
        None => Err(e),
    });
    parsed.map(|Unique(value)| value)
}

struct Unique(Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Values).map(Self)
    }
}

struct Values;

impl<'de> Visitor<'de> for Values {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Unique(value)) = items.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((key, Unique(value))) = items.next_entry::<String, _>()? {
            if object.contains_key(&key) {
                return Err(A::Error::custom(format!("the key {} stands twice", quoted(&key))));
            }
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

/// The fault of a text that is not JSON, for a message: the position, and the reason if it is known.
pub(super) fn why(text: &str, error: &serde_json::Error) -> String {
    if error.is_data() {
        // The parser's message ends with the position, which is stated separately.
        let message = error.to_string();
        return format!(": {}", message.rsplit_once(" at line").map_or(message.as_str(), |(what, _)| what));
    }
    spelling::why(text, error.column()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_keys_are_rejected_at_every_depth() {
        for text in [r#"{"a":[1,-2.5,null,true,"x",{"b":1e3}],"c":{}}"#, "18446744073709551615", "[]"] {
            let plain: Value = serde_json::from_str(text).unwrap();
            assert_eq!(parse(text).unwrap(), plain);
        }
        assert_eq!(parse(r#"[NaN, "NaN"]"#).unwrap(), serde_json::json!([null, "NaN"]));
        for text in [r#"{"a":1,"a":1}"#, r#"[{"b":{"a":1,"c":2,"a":NaN}}]"#] {
            let error = parse(text).unwrap_err();
            assert_eq!(why(text, &error), r#": the key "a" stands twice"#);
        }
    }
}
