//! Exfiltration of the last week against the person's own weeks before and against their department.

use super::{Fact, text, whole};
use crate::base::text::count;
use crate::model::HuntingResult;

/// The rule, for whoever asks what the norm is.
pub const RULE: &str = "Events of the category Exfiltration in the last 7 days, against the person's own week before \
                        (the 21 days before that, divided by three) and against the average of everyone else of the \
                        same department who has any event in those 28 days. Three times a norm or more stands out.";

/// Three times a norm stands out.
const FACTOR: u64 = 3;
/// Fewer events than this never stand out. Invented.
const NOTABLE_MIN: u64 = 5;

/// What the one row of the norm's query says: `Own`, `OwnBefore`, `Others`, `People`, `Department`.
pub fn facts(result: &HuntingResult) -> Vec<Fact> {
    let Some(row) = result.rows.first() else { return Vec::new() };
    let number = |name: &str| whole(result, row, name);
    let (own, before, others, people) = (number("Own"), number("OwnBefore"), number("Others"), number("People"));
    let department = text(result, row, "Department");
    let stands_out = |sum: u64, divisor: u64| own >= NOTABLE_MIN && own * divisor >= FACTOR * sum;
    let mut facts = vec![Fact::plain(format!("last 7 days: {}", count(own as usize, "event")))];
    facts.push(Fact::of(
        format!("own norm: {} a week over the three weeks before{}", ratio(before, 3), times(own, before, 3)),
        stands_out(before, 3),
    ));
    facts.push(match (department.is_empty(), people) {
        (true, _) => Fact::plain("department norm: no row names a department".to_owned()),
        (false, 0) => Fact::plain(format!("department norm: nobody else of {department} has events")),
        (false, people) => Fact::of(
            format!(
                "department norm: {} a week and person, {} of {department}{}",
                ratio(others, people),
                if people == 1 { "1 other person".to_owned() } else { format!("{people} other people") },
                times(own, others, people)
            ),
            stands_out(others, people),
        ),
    });
    facts
}

/// `sum / divisor` with one decimal.
fn ratio(sum: u64, divisor: u64) -> String {
    let tenths = sum * 10 / divisor.max(1);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// `, 3.5 times that`; nothing where the norm is nought.
fn times(own: u64, sum: u64, divisor: u64) -> String {
    if sum == 0 { String::new() } else { format!(", {} times that", ratio(own * divisor, sum)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FromJson;
    use serde_json::json;

    #[test]
    fn the_week_is_held_against_both_norms() {
        let cases = [
            (
                (30, 9, 40, 8, "Finance"),
                [
                    "own norm: 3.0 a week over the three weeks before, 10.0 times that",
                    "department norm: 5.0 a week and person, 8 other people of Finance, 6.0 times that",
                ],
                [true, true],
            ),
            (
                (6, 60, 40, 1, "Finance"),
                [
                    "own norm: 20.0 a week over the three weeks before, 0.3 times that",
                    "department norm: 40.0 a week and person, 1 other person of Finance, 0.1 times that",
                ],
                [false, false],
            ),
            (
                (4, 0, 0, 0, ""),
                ["own norm: 0.0 a week over the three weeks before", "department norm: no row names a department"],
                [false, false],
            ),
        ];
        for ((own, before, others, people, department), told, notable) in cases {
            let column = |name: &str| json!({"name": name, "type": "Int64"});
            let names = ["Own", "OwnBefore", "Others", "People", "Department"];
            let result = HuntingResult::from_json(json!({
                "schema": names.into_iter().map(column).collect::<Vec<_>>(),
                "results": [{"Own": own, "OwnBefore": before, "Others": others, "People": people, "Department": department}]
            }));
            let facts = facts(&result.unwrap());
            assert_eq!([facts[1].text.as_str(), facts[2].text.as_str()], told);
            assert_eq!([facts[1].is_notable, facts[2].is_notable], notable);
        }
    }
}
