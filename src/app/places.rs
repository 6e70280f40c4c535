//! Places of alerts in the store, small: of ten thousand incidents each has its own.

use std::ops::Deref;

/// Places of an incident's alerts, in the order they came. One, as most incidents have, takes no memory of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Places {
    /// A single one.
    One([u32; 1]),
    /// Any other number of them.
    Many(Box<[u32]>),
}

impl Default for Places {
    fn default() -> Self {
        Self::Many(Box::default())
    }
}

impl Deref for Places {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        match self {
            Self::One(place) => place,
            Self::Many(places) => places,
        }
    }
}

impl Places {
    /// Adds one.
    pub fn push(&mut self, place: u32) {
        *self = match &**self {
            [] => Self::One([place]),
            known => Self::Many([known, &[place]].concat().into()),
        };
    }

    /// Takes one away.
    pub fn remove(&mut self, place: u32) {
        let left = self.iter().copied().filter(|known| *known != place).collect::<Vec<_>>();
        *self = match *left {
            [only] => Self::One([only]),
            _ => Self::Many(left.into()),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_stay_in_order() {
        let mut places = Places::default();
        for place in 0..5 {
            assert_eq!(*places, (0..place).collect::<Vec<_>>());
            places.push(place);
        }
        for (place, left) in
            [(2, &[0, 1, 3, 4][..]), (0, &[1, 3, 4]), (9, &[1, 3, 4]), (3, &[1, 4]), (4, &[1]), (1, &[])]
        {
            places.remove(place);
            assert_eq!(*places, *left);
        }
        assert_eq!(size_of::<Places>(), 16);
    }
}
