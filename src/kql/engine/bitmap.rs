//! Bits by row: which values are not null.

/// A growing row of bits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bitmap {
    words: Vec<u64>,
    len: usize,
}

impl Bitmap {
    /// `len` bits, all equal to `bit`. Bits past the end are never read.
    pub fn filled(len: usize, bit: bool) -> Self {
        Self { words: vec![if bit { u64::MAX } else { 0 }; len.div_ceil(64)], len }
    }

    /// The bits that `bit` gives for `0..len`.
    pub fn from_fn(len: usize, mut bit: impl FnMut(usize) -> bool) -> Self {
        let mut words = Vec::with_capacity(len.div_ceil(64));
        for start in (0..len).step_by(64) {
            let end = len.min(start + 64);
            words.push((start..end).fold(0, |word, at| word | (u64::from(bit(at)) << (at - start))));
        }
        Self { words, len }
    }

    /// How many bits.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no bit.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bit at `at`; false past the end.
    pub fn get(&self, at: usize) -> bool {
        self.words.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    /// Adds a bit.
    pub fn push(&mut self, bit: bool) {
        let at = self.len % 64;
        if at == 0 {
            self.words.push(0);
        }
        if let Some(word) = self.words.last_mut() {
            *word = *word & !(1 << at) | u64::from(bit) << at;
        }
        self.len += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_read_back_across_words() {
        let by_rule = Bitmap::from_fn(130, |at| at % 3 == 0);
        let mut pushed = Bitmap::default();
        (0..130).for_each(|at| pushed.push(at % 3 == 0));
        assert_eq!(by_rule, pushed);
        assert_eq!((pushed.get(129), pushed.get(128), pushed.get(130)), (true, false, false));
        assert!((0..70).all(|at| Bitmap::filled(70, true).get(at)));
    }
}
