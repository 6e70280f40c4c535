//! When people work: hours by time zone, weekends, holidays, leave, night shifts, days at home.

use crate::base::time::TICKS_PER_DAY;
use crate::base::{TimeSpan, Timestamp};
use crate::lab::generate::people::Person;
use crate::lab::generate::random::Random;

/// How far history reaches back.
pub(super) const DAYS: i64 = 30;

/// A stretch of work.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shift {
    /// Its first minute.
    pub start: Timestamp,
    /// Its last minute.
    pub end: Timestamp,
    /// Whether it is worked at home.
    pub is_home: bool,
    /// Day of the month where the person is.
    pub day_of_month: i64,
    /// Days before the anchor's; fewer than none after it.
    pub days: i64,
    /// How busy it is, of 100: a weekend's is not.
    pub load: i64,
}

impl Shift {
    /// Some instant of the shift, seldom in its fifth hour; `None` where it is later than `until`.
    pub fn moment(&self, until: Timestamp, random: &mut Random) -> Option<Timestamp> {
        let length = self.end.ticks() - self.start.ticks();
        let mut offset = random.between(0, length);
        let hour = TimeSpan::hours(1).ticks();
        if offset / hour == 4 && random.chance(60) {
            offset = random.between(0, length);
        }
        let at = self.start + TimeSpan(offset);
        (at <= until).then_some(at)
    }
}

/// How many days after the anchor's the last one begins that starts before `until`, at most one too many.
pub(super) fn days_ahead(anchor: Timestamp, until: Timestamp) -> i64 {
    (until.ticks() - anchor.ticks() + TICKS_PER_DAY - 1) / TICKS_PER_DAY
}

/// The shifts of `person` in the month before `anchor`, and those that begin until `until`, oldest first; none of an
/// application's account.
pub(super) fn shifts(seed: u64, anchor: Timestamp, until: Timestamp, person: &Person) -> Vec<Shift> {
    if person.is_service {
        return Vec::new();
    }
    let mut random = Random::stream(seed, &format!("noise/shifts/{}", person.upn));
    let is_night = person.department.name == "Manufacturing" && random.chance(30);
    let usual_start = if is_night { 22 * 60 } else { random.between(7 * 60 + 30, 9 * 60 + 30) };
    let leave = if random.chance(25) { random.between(2, DAYS) } else { -DAYS };
    let home_days = if is_night || person.department.name == "Manufacturing" { 0 } else { random.below(32) };
    let mut found = Vec::new();
    // What comes is drawn last: the past is the same whether anything comes or not.
    for days in (-days_ahead(anchor, until)..=DAYS).rev() {
        let start = person.local(anchor, days, usual_start + random.between(-20, 25));
        let local = start + TimeSpan::minutes(person.office.utc_offset_minutes);
        // Year 1 began on a Monday.
        let weekday = local.ticks() / TICKS_PER_DAY % 7;
        let date = local.to_string();
        let is_holiday =
            date.get(5..10).is_some_and(|date| person.office.holidays.iter().any(|holiday| holiday == date));
        let is_absent = is_holiday || (leave - 4..=leave).contains(&days) || random.chance(3);
        let (works, load) = match weekday {
            0..5 => (!is_absent, 100),
            _ => (random.chance(if person.is_admin { 25 } else { 2 }), 25),
        };
        let minutes = random.between(480, 570) * if load == 100 { 100 } else { 30 } / 100;
        let has_left = person.leaves.is_some_and(|leaves| start > leaves);
        if works && !has_left {
            found.push(Shift {
                start,
                end: start + TimeSpan::minutes(minutes),
                is_home: home_days >> weekday.min(4) & 1 == 1 && random.chance(80),
                day_of_month: date.get(8..10).and_then(|day| day.parse().ok()).unwrap_or(1),
                days,
                load,
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::generate::people::People;

    #[test]
    fn people_work_on_weekdays_in_the_hours_of_their_place() {
        let anchor: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let people = People::hire(7, anchor, 60).all;
        let (mut weekdays, mut weekends, mut nights, mut home) = (0, 0, 0, 0);
        for person in &people {
            for shift in shifts(7, anchor, anchor, person) {
                let local = shift.start + TimeSpan::minutes(person.office.utc_offset_minutes);
                let weekday = local.ticks() / TICKS_PER_DAY % 7;
                let hour = local.ticks() % TICKS_PER_DAY / TimeSpan::hours(1).ticks();
                if weekday < 5 {
                    weekdays += 1;
                } else {
                    weekends += 1;
                }
                nights += i64::from(hour >= 21);
                home += i64::from(shift.is_home);
                assert!((7..=9).contains(&hour) || (person.department.name == "Manufacturing" && hour >= 21), "{hour}");
                assert!(shift.end.ticks() - shift.start.ticks() < TimeSpan::hours(10).ticks());
            }
        }
        assert!(weekends * 12 < weekdays, "{weekends} {weekdays}");
        assert!(nights > 0 && home > weekdays / 10 && home < weekdays / 2, "{nights} {home}");
        // Nobody works when everyone has a day off where they are.
        let german = people.iter().find(|person| person.office.country == "DE").unwrap();
        let christmas: Timestamp = "2026-12-27T12:00:00Z".parse().unwrap();
        let worked = shifts(7, christmas, christmas, german);
        assert!(worked.iter().all(|shift| !shift.start.to_string().starts_with("2026-12-25")));
    }
}
