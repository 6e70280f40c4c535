//! Randomness that is the same everywhere: a seeded generator with streams by purpose.
//!
//! A stream is named after what it is for, so that adding a story or a person's detail draws nothing from the others.
//! The step is `SplitMix64` (Steele, Lea and Flood, 2014): every seed gives a full period of 2^64.

use crate::base::TimeSpan;

/// A stream of numbers.
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
}

impl Random {
    /// The stream of `seed` for `purpose`.
    pub fn stream(seed: u64, purpose: &str) -> Self {
        // FNV-1a spreads the purpose over 64 bits; one step mixes it with the seed.
        let hash = purpose
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        let mut mixer = Self { state: seed };
        Self { state: mixer.draw() ^ hash }
    }

    /// The next 64 bits.
    pub fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number in `0..bound`; 0 for a bound of 0. The bias of the multiplication is below 2^-32 for our small bounds.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.draw()) * bound as u128) >> 64) as usize
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).max(1) as usize) as i64
    }

    /// True in `percent` of 100 cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of `items`, which is not empty.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// An index into `weights`, as often as its weight says; 0 where all weigh nothing.
    pub fn weighted(&mut self, weights: impl Iterator<Item = usize> + Clone) -> usize {
        let mut left = self.below(weights.clone().sum());
        for (index, weight) in weights.enumerate() {
            if left < weight {
                return index;
            }
            left -= weight;
        }
        0
    }

    /// A length of time from `low` to `high` seconds, to the tick.
    pub fn seconds(&mut self, low: i64, high: i64) -> TimeSpan {
        let (low, high) = (TimeSpan::seconds(low).ticks(), TimeSpan::seconds(high).ticks());
        TimeSpan(self.between(low, high))
    }

    /// A version 4 GUID's bits.
    pub fn guid_bits(&mut self) -> u128 {
        let bits = (u128::from(self.draw()) << 64) | u128::from(self.draw());
        (bits & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62)
    }

    /// A version 4 GUID as text.
    pub fn guid(&mut self) -> String {
        guid_text(self.guid_bits())
    }

    /// `digits` lower-case hexadecimal digits.
    pub fn hex(&mut self, digits: usize) -> String {
        let mut text = String::with_capacity(digits + 16);
        while text.len() < digits {
            push_hex(&mut text, u128::from(self.draw()), 16);
        }
        text.truncate(digits);
        text
    }
}

/// The text of a GUID: 8-4-4-4-12 lower-case hexadecimal digits.
pub fn guid_text(bits: u128) -> String {
    let mut text = String::with_capacity(36);
    push_guid(&mut text, bits);
    text
}

/// Appends the text of a GUID.
pub fn push_guid(text: &mut String, bits: u128) {
    for (at, digits) in [(96, 8), (80, 4), (64, 4), (48, 4), (0, 12)] {
        if at != 96 {
            text.push('-');
        }
        push_hex(text, bits >> at, digits);
    }
}

/// Appends the lowest `digits` hexadecimal digits of `bits`.
fn push_hex(text: &mut String, bits: u128, digits: u32) {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    for digit in (0..digits).rev() {
        text.push(DIGITS[(bits >> (digit * 4)) as usize & 15]);
    }
}

/// A SID of the domain whose authority is `domain`, of the account `relative_id`.
pub fn sid(domain: u64, relative_id: usize) -> String {
    let part = |shift: u32| 1_000_000_000 + (domain >> shift & 0xf_ffff) * 997;
    format!("S-1-5-21-{}-{}-{}-{relative_id}", part(0), part(20), part(40))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_and_differ_by_purpose() {
        let numbers = |seed, purpose| {
            let mut random = Random::stream(seed, purpose);
            [random.draw(), random.draw(), random.draw()]
        };
        assert_eq!(numbers(7, "people"), numbers(7, "people"));
        assert_ne!(numbers(7, "people"), numbers(7, "mail"));
        assert_ne!(numbers(7, "people"), numbers(8, "people"));
    }

    #[test]
    fn numbers_stay_in_their_range() {
        let mut random = Random::stream(1, "range");
        let mut seen = [0_u32; 5];
        for _ in 0..1_000 {
            seen[random.between(3, 7) as usize - 3] += 1;
            assert_eq!(random.below(0), 0);
            assert_eq!(random.weighted([0, 5, 0].into_iter()), 1);
        }
        assert!(seen.iter().all(|count| *count > 120), "{seen:?}");
    }

    #[test]
    fn guids_are_of_version_4() {
        let mut random = Random::stream(1, "guid");
        for _ in 0..20 {
            let text = random.guid();
            let marks: Vec<char> = [8, 13, 14, 18, 23].iter().filter_map(|at| text.chars().nth(*at)).collect();
            assert_eq!(marks, ['-', '-', '4', '-', '-'], "{text}");
            assert!("89ab".contains(text.chars().nth(19).unwrap()), "{text}");
        }
        assert_eq!(guid_text(0x1234), "00000000-0000-0000-0000-000000001234");
    }
}
