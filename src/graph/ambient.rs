//! What the client needs from the machine besides the network: the time, chance, and waiting.

use crate::base::Timestamp;
use futures_util::future::BoxFuture;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// The clock, the dice and the pause, passed in so that tests need neither luck nor patience.
#[derive(Clone, Copy, Debug)]
pub struct Ambient {
    /// Reads the clock.
    pub now: fn() -> Timestamp,
    /// Gives 64 random bits: for jitter and request ids, never for keys.
    pub random: fn() -> u64,
    /// Waits.
    pub sleep: fn(Duration) -> BoxFuture<'static, ()>,
}

impl Ambient {
    /// The machine's own dice and timer, with the clock `now`.
    pub fn system(now: fn() -> Timestamp) -> Self {
        Self { now, random: system_random, sleep: |length| Box::pin(tokio::time::sleep(length)) }
    }

    /// A random GUID of version 4, as Graph wants for `client-request-id`.
    pub fn guid(&self) -> String {
        let bits = (u128::from((self.random)()) << 64) | u128::from((self.random)());
        let bits = bits & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            bits >> 96,
            (bits >> 80) & 0xffff,
            (bits >> 64) & 0xffff,
            (bits >> 48) & 0xffff,
            bits & 0xffff_ffff_ffff
        )
    }
}

/// Every `RandomState` has keys of its own, seeded by the system; hashing nothing with them gives fresh bits.
fn system_random() -> u64 {
    RandomState::new().hash_one(0_u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guids_carry_version_and_variant() {
        let ambient = Ambient { random: || u64::MAX, ..Ambient::system(|| Timestamp::MIN) };
        assert_eq!(ambient.guid(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        let ambient = Ambient { random: || 0, ..ambient };
        assert_eq!(ambient.guid(), "00000000-0000-4000-8000-000000000000");
    }

    #[test]
    fn the_systems_dice_do_not_repeat() {
        assert_ne!(system_random(), system_random());
    }
}
