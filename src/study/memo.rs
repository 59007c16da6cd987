//! The last result, under the key of all that it depends on.

/// One result and its key. A result under another key replaces it.
#[derive(Debug)]
pub struct Memo<K, V>(Option<(K, V)>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(None)
    }
}

impl<K: PartialEq, V: Clone> Memo<K, V> {
    /// The last result, whatever its key.
    pub fn last(&self) -> Option<&V> {
        self.0.as_ref().map(|(_, value)| value)
    }

    /// The last result, if it has this key.
    pub fn known(&self, key: &K) -> Option<V> {
        self.0.as_ref().filter(|(known, _)| known == key).map(|(_, value)| value.clone())
    }

    /// The result of this key, from `make` unless it is known. `make` receives the last result, which is kept if it fails.
    ///
    /// # Errors
    /// An error of `make`.
    pub fn get<E>(&mut self, key: K, make: impl FnOnce(Option<&V>) -> Result<V, E>) -> Result<V, E> {
        if let Some(value) = self.known(&key) {
            return Ok(value);
        }
        let value = make(self.last())?;
        self.0 = Some((key, value.clone()));
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_is_cached_and_kept_on_failure() {
        let mut memo: Memo<u32, u32> = Memo::default();
        let fresh = |value: u32| move |_: Option<&u32>| Ok::<_, ()>(value);
        assert_eq!(memo.known(&1), None);
        assert_eq!((memo.get(1, fresh(10)), memo.get(1, fresh(11))), (Ok(10), Ok(10)));
        assert_eq!(memo.get(2, |_| Err(())), Err(()));
        assert_eq!(memo.known(&1), Some(10));
        assert_eq!(memo.get(2, |before| Ok::<_, ()>(before.copied().unwrap_or(0) + 1)), Ok(11));
        assert_eq!((memo.known(&1), memo.known(&2)), (None, Some(11)));
    }
}
