//! What was computed last, under the key of all that it depends on.

/// One result and its key. A result under another key replaces it.
#[derive(Debug)]
pub struct Memo<K, V>(Option<(K, V)>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(None)
    }
}

impl<K: PartialEq, V: Clone> Memo<K, V> {
    /// The result of whatever key it is.
    pub fn last(&self) -> Option<&V> {
        self.0.as_ref().map(|(_, value)| value)
    }

    /// The result, if it is this key's.
    pub fn known(&self, key: &K) -> Option<V> {
        self.0.as_ref().filter(|(known, _)| known == key).map(|(_, value)| value.clone())
    }

    /// The result of this key, made unless it is known. `make` is given what is kept of another key. Where it fails,
    /// that is kept.
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
    fn it_remembers_one_key_and_forgets_nothing_when_making_fails() {
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
