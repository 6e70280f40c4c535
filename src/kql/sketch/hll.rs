//! `HyperLogLog`: the number of different values, estimated from their hashes. Few values are kept as their hashes and
//! counted exactly; how the service stores a digest is not documented, so that one of its own is not read here.
//! <https://learn.microsoft.com/kusto/query/hll-aggregation-function>

use crate::kql::engine::hash::FastSet;
use crate::kql::functions::digest::xxh64;
use crate::kql::functions::hash::bytes_of;
use crate::kql::value::Value;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

/// So many different values are kept as they are.
const EXACT_MAX: usize = 2_048;
/// The least and the greatest number of bits that choose a register.
const BITS: std::ops::RangeInclusive<u32> = 10..=18;

/// A digest of different values.
#[derive(Clone, Debug)]
pub struct Hll {
    bits: u32,
    hashes: FastSet<u64>,
    /// The longest run of zeros met in each register, plus one; empty while all hashes are kept.
    registers: Vec<u8>,
}

impl Hll {
    /// No values yet, at the accuracy that Kusto numbers from 0 to 4.
    pub fn new(accuracy: Option<i64>) -> Self {
        let bits = match accuracy.unwrap_or(1) {
            0 => 12,
            1 => 14,
            2 => 16,
            3 => 17,
            _ => 18,
        };
        Self { bits, hashes: FastSet::default(), registers: Vec::new() }
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.registers.len() + self.hashes.len() * 2 * size_of::<u64>()
    }

    /// Takes a value; null is none.
    pub fn add(&mut self, value: &Value) {
        if let Some(bytes) = bytes_of(Some(value)) {
            self.add_hash(xxh64(&bytes));
        }
    }

    fn add_hash(&mut self, hash: u64) {
        if self.registers.is_empty() {
            self.hashes.insert(hash);
            if self.hashes.len() > EXACT_MAX {
                self.thin();
            }
            return;
        }
        let register = (hash >> (64 - self.bits)) as usize;
        let rank = ((hash << self.bits) | (1 << (self.bits - 1))).leading_zeros() as u8 + 1;
        if let Some(known) = self.registers.get_mut(register) {
            *known = rank.max(*known);
        }
    }

    /// Puts the hashes into registers.
    fn thin(&mut self) {
        if self.registers.is_empty() {
            self.registers = vec![0; 1 << self.bits];
            let mut hashes: Vec<u64> = std::mem::take(&mut self.hashes).into_iter().collect();
            hashes.sort_unstable();
            for hash in hashes {
                self.add_hash(hash);
            }
        }
    }

    /// Takes all values of another digest. Where the two differ in accuracy, the lower one stays.
    pub fn merge(&mut self, other: &Self) {
        self.coarsen(other.bits);
        if other.registers.is_empty() {
            let mut hashes: Vec<u64> = other.hashes.iter().copied().collect();
            hashes.sort_unstable();
            for hash in hashes {
                self.add_hash(hash);
            }
            return;
        }
        let mut other = other.clone();
        other.coarsen(self.bits);
        self.thin();
        for (known, more) in self.registers.iter_mut().zip(other.registers) {
            *known = more.max(*known);
        }
    }

    /// Gives up registers for `bits`, where that is less.
    fn coarsen(&mut self, bits: u32) {
        if bits >= self.bits {
            return;
        }
        let lost = self.bits - bits;
        let fine = std::mem::take(&mut self.registers);
        self.bits = bits;
        if fine.is_empty() {
            return;
        }
        self.registers = vec![0; 1 << bits];
        for (at, rank) in fine.into_iter().enumerate().filter(|(_, rank)| *rank > 0) {
            let tail = at & ((1 << lost) - 1);
            // The bits that no longer choose the register now lead what is counted.
            let rank = if tail == 0 { rank + lost as u8 } else { (lost - tail.ilog2()) as u8 };
            if let Some(known) = self.registers.get_mut(at >> lost) {
                *known = rank.max(*known);
            }
        }
    }

    /// How many different values there are, as far as can be told.
    pub fn count(&self) -> i64 {
        if self.registers.is_empty() {
            return self.hashes.len() as i64;
        }
        let registers = self.registers.len() as f64;
        let empty = self.registers.iter().map(|rank| usize::from(*rank == 0)).sum::<usize>();
        let sum: f64 = self.registers.iter().map(|rank| (-f64::from(*rank)).exp2()).sum();
        let estimate = 0.7213 / (1.0 + 1.079 / registers) * registers * registers / sum;
        if estimate <= 2.5 * registers && empty > 0 {
            return (registers * (registers / empty as f64).ln()).round() as i64;
        }
        estimate.round() as i64
    }

    /// The digest as a dynamic.
    pub fn to_value(&self) -> Value {
        if self.registers.is_empty() {
            let mut hashes: Vec<u64> = self.hashes.iter().copied().collect();
            hashes.sort_unstable();
            let hashes: Vec<i64> = hashes.into_iter().map(|hash| hash as i64).collect();
            return Value::dynamic(json!([self.bits, hashes]));
        }
        Value::dynamic(json!([self.bits, STANDARD.encode(&self.registers)]))
    }

    /// The digest that `json` is; nothing for anything else.
    pub fn from_json(json: &Json) -> Option<Self> {
        let [bits, values] = json.as_array()?.as_slice() else { return None };
        let bits = u32::try_from(bits.as_u64()?).ok().filter(|bits| BITS.contains(bits))?;
        let mut read = Self { bits, hashes: FastSet::default(), registers: Vec::new() };
        if let Json::Array(hashes) = values {
            for hash in hashes {
                read.add_hash(hash.as_i64()? as u64);
            }
            return Some(read);
        }
        read.registers = STANDARD.decode(values.as_str()?).ok()?;
        (read.registers.len() == 1 << bits && read.registers.iter().all(|rank| u32::from(*rank) <= 65 - bits))
            .then_some(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: std::ops::Range<i64>, accuracy: i64) -> Hll {
        let mut digest = Hll::new(Some(accuracy));
        values.for_each(|value| digest.add(&Value::Long(value)));
        digest
    }

    #[test]
    fn few_values_are_counted_and_many_are_estimated() {
        for (count, accuracy, allowed) in
            [(0, 1, 0.0), (1, 1, 0.0), (2_048, 1, 0.0), (3_000, 1, 0.02), (100_000, 1, 0.03), (300_000, 4, 0.02)]
        {
            let estimate = of(0..count, accuracy).count();
            assert!((estimate - count).abs() as f64 <= allowed * count as f64, "{count}: {estimate}");
        }
        let mut digest = Hll::new(None);
        digest.add(&Value::Null);
        assert_eq!(digest.count(), 0);
    }

    #[test]
    fn merging_is_as_if_all_values_came_to_one() {
        let cases = [
            (0..10, 5..20, 1, 1),
            (0..10, 0..50_000, 1, 1),
            (0..50_000, 20_000..90_000, 1, 1),
            (0..50_000, 0..90_000, 1, 3),
        ];
        for (left, right, fine, other) in cases {
            let all = left.start.min(right.start)..left.end.max(right.end);
            let mut merged = of(left.clone(), fine);
            merged.merge(&of(right.clone(), other));
            let mut swapped = of(right, other);
            swapped.merge(&of(left, fine));
            let expected = of(all, fine.min(other)).count();
            assert_eq!((merged.count(), swapped.count()), (expected, expected));
        }
    }

    #[test]
    fn a_dynamic_gives_the_digest_back() {
        for digest in [of(0..0, 1), of(0..9, 0), of(0..9_000, 2)] {
            let Value::Dynamic(json) = digest.to_value() else { panic!("a digest is a dynamic") };
            assert_eq!(Hll::from_json(&json).map(|read| read.count()), Some(digest.count()));
        }
        for other in [json!(null), json!([]), json!([14, "AAAA"]), json!([99, []]), json!([14, [1.5]]), json!({"a": 1})]
        {
            assert!(Hll::from_json(&other).is_none(), "{other}");
        }
    }
}
