//! How large a tenant is made.

use std::str::FromStr;

/// Size of the tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// People. A tenant never has fewer than its departments' heads and those whom its stories name.
    pub people: usize,
    /// Alerts at least. Those of the stories and of the usual month are always there; what is missing to this number
    /// is filled with more of the usual kind.
    pub alerts: usize,
}

impl Scale {
    /// 60 people: for tests, and machines that have little.
    pub const SMALL: Self = Self { people: 60, alerts: 0 };
    /// 500 people: the lab as it is meant to be trained on.
    pub const STANDARD: Self = Self { people: 500, alerts: 0 };
    /// As large as the lab is built for: 100,000 alerts and some 5,000,000 hunting rows.
    pub const LARGE: Self = Self { people: 4_600, alerts: 100_000 };

    const NAMED: [(&str, Self); 3] = [("small", Self::SMALL), ("standard", Self::STANDARD), ("large", Self::LARGE)];
    const PEOPLE_MAX: usize = 50_000;
    const ALERTS_MAX: usize = 1_000_000;
}

impl Default for Scale {
    fn default() -> Self {
        Self::STANDARD
    }
}

/// A text that is no scale.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a scale: {0:?}; it is small, standard, large, a number of people up to {people}, or PEOPLE:ALERTS with up to \
     {alerts} alerts",
    people = Scale::PEOPLE_MAX,
    alerts = Scale::ALERTS_MAX
)]
pub struct NotAScale(String);

impl FromStr for Scale {
    type Err = NotAScale;

    /// Reads `small`, `standard`, `large`, `PEOPLE` or `PEOPLE:ALERTS`.
    fn from_str(text: &str) -> Result<Self, NotAScale> {
        if let Some((_, scale)) = Self::NAMED.iter().find(|(name, _)| *name == text) {
            return Ok(*scale);
        }
        let (people, alerts) = text.split_once(':').unwrap_or((text, "0"));
        let number = |digits: &str, max: usize| digits.parse().ok().filter(|number| *number <= max);
        match (number(people, Self::PEOPLE_MAX), number(alerts, Self::ALERTS_MAX)) {
            (Some(people), Some(alerts)) if people > 0 => Ok(Self { people, alerts }),
            _ => Err(NotAScale(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_is_a_name_or_numbers() {
        assert_eq!("small".parse(), Ok(Scale::SMALL));
        assert_eq!("large".parse(), Ok(Scale::LARGE));
        assert_eq!("120".parse(), Ok(Scale { people: 120, alerts: 0 }));
        assert_eq!("120:3000".parse(), Ok(Scale { people: 120, alerts: 3_000 }));
        for text in ["", "0", "huge", "12:", ":12", "-5", "12:3:4", "50001", "10:1000001"] {
            assert!(text.parse::<Scale>().is_err(), "{text}");
        }
    }
}
