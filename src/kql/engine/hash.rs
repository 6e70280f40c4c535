//! A fast hash for keys made inside the engine. Not for tables keyed by a hostile sender's choice of many keys: it is
//! not seeded.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// A map under [`FastHasher`].
pub type FastMap<K, V> = HashMap<K, V, BuildHasherDefault<FastHasher>>;
/// A set under [`FastHasher`].
pub type FastSet<K> = HashSet<K, BuildHasherDefault<FastHasher>>;

/// Mixes eight bytes at a time by a wide multiplication whose halves are folded.
#[derive(Clone, Copy, Debug, Default)]
pub struct FastHasher(u64);

/// An odd number without pattern: the fraction of the golden ratio.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

impl FastHasher {
    fn mix(&mut self, word: u64) {
        let wide = u128::from(self.0 ^ word ^ MIX) * u128::from(MIX);
        self.0 = (wide as u64) ^ (wide >> 64) as u64;
    }
}

impl Hasher for FastHasher {
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            self.mix(chunk.try_into().map_or(0, u64::from_le_bytes));
        }
        let rest = chunks.remainder();
        let last = rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
        self.mix(last | (bytes.len() as u64) << 56);
    }

    fn write_u8(&mut self, number: u8) {
        self.mix(u64::from(number));
    }

    fn write_u32(&mut self, number: u32) {
        self.mix(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.mix(number);
    }

    fn write_i64(&mut self, number: i64) {
        self.mix(number as u64);
    }

    fn write_u128(&mut self, number: u128) {
        self.mix(number as u64);
        self.mix((number >> 64) as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Finds numbers by the hash of what they stand for, which lies elsewhere: growing looks at the numbers' hashes alone, and
/// there is one piece of memory to give back.
#[derive(Debug, Default)]
pub(super) struct Slots {
    /// Half a hash and a number; a power of two of them.
    slots: Vec<u64>,
    used: usize,
}

/// A slot without a number: no number is as high as this half.
const EMPTY: u64 = u64::MAX;
/// The half of a slot that is of the hash.
const HALF: u64 = !0 << 32;

impl Slots {
    /// The number that was put under `hash` and for which `is` holds.
    pub(super) fn find(&self, hash: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        self.slots.get(self.place(hash, is)?).filter(|slot| **slot != EMPTY).map(|slot| *slot as u32)
    }

    /// As [`Self::find`]; where there is none, `number` from now on.
    pub(super) fn find_or_put(&mut self, hash: u64, number: u32, is: impl Fn(u32) -> bool) -> u32 {
        if self.used * 8 >= self.slots.len() * 5 {
            self.grow();
        }
        let Some(slot) = self.place(hash, is).and_then(|place| self.slots.get_mut(place)) else { return number };
        if *slot == EMPTY {
            *slot = hash << 32 | u64::from(number);
            self.used += 1;
        }
        *slot as u32
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        self.slots.len() * size_of::<u64>()
    }

    /// Where the number is, or the empty slot where it would be.
    fn place(&self, hash: u64, is: impl Fn(u32) -> bool) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        let half = hash << 32;
        let mut place = (half >> 32) as usize & mask;
        // There always are empty ones.
        loop {
            let slot = self.slots[place];
            if slot == EMPTY || (slot & HALF == half && is(slot as u32)) {
                return Some(place);
            }
            place = (place + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let slots = vec![EMPTY; (self.slots.len() * 2).max(16)];
        for slot in std::mem::replace(&mut self.slots, slots).into_iter().filter(|slot| *slot != EMPTY) {
            if let Some(place) = self.place(slot >> 32, |_| false) {
                self.slots[place] = slot;
            }
        }
    }
}
