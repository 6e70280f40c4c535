//! Behaviours: what Insider Risk rolled up by day, what of it is unusual, and against whom.

use super::{Fact, text, whole};
use crate::base::text::count;
use crate::model::{Cell, HuntingResult};

/// The rule, for whoever asks against whom a behaviour is unusual.
pub const RULE: &str = "Rows of DataSecurityBehaviors of the last 30 days, the unusual ones first. Unusual is what \
                        Insider Risk marked IsAnomalous; the table does not say against whom. Derived here to judge by: \
                        the person's own usual day, which is the median of their days with the same behaviour, and the \
                        average day of everyone else who has it.";

/// How many rows Insider Risk finds unusual.
pub fn unusual(result: &HuntingResult) -> usize {
    result.rows.iter().filter(|row| is_unusual(result, row)).count()
}

/// A line a row, in the order of the rows.
pub fn facts(result: &HuntingResult) -> Vec<Fact> {
    result.rows.iter().map(|row| fact(result, row)).collect()
}

/// `unusual  11-23  Deleting files (312 events); usually 4 a day (9 days), 12 others 1.4`.
fn fact(result: &HuntingResult, row: &[Cell]) -> Fact {
    let is_unusual = is_unusual(result, row);
    // Month and day: they are of the last thirty.
    let day: String = text(result, row, "StartTime").chars().skip(5).take(5).collect();
    let mut words: Vec<String> = Vec::new();
    words.extend(is_unusual.then(|| "unusual".to_owned()));
    words.extend((!day.is_empty()).then_some(day));
    words.push(format!("{}{}", what(result, row), norm(result, row)));
    Fact::of(words.join("  "), is_unusual)
}

/// What was done. The service's descriptions say how often; where there is none, the count does.
fn what(result: &HuntingResult, row: &[Cell]) -> String {
    let description = text(result, row, "Description");
    if !description.is_empty() {
        return description;
    }
    let (action, times) = (text(result, row, "ActionType"), text(result, row, "ActivityCount"));
    if times.is_empty() { action } else { format!("{action} ({times} times)") }
}

/// Against whom; nothing where the answer carries no norms.
fn norm(result: &HuntingResult, row: &[Cell]) -> String {
    let days = whole(result, row, "Days");
    if days == 0 {
        return String::new();
    }
    let own = match days {
        1 => "on no other day".to_owned(),
        _ => format!("usually {} a day ({days} days)", whole(result, row, "OwnDay")),
    };
    let others = match whole(result, row, "Others") {
        0 => "nobody else".to_owned(),
        people => {
            let average = result.cell(row, "OthersDay").and_then(|cell| cell.text().raw().parse::<f64>().ok());
            let average = average.map_or_else(|| "?".to_owned(), |average| format!("{average:.1}"));
            format!("{} {average}", count(people as usize, "other"))
        }
    };
    format!("; {own}, {others}")
}

fn is_unusual(result: &HuntingResult, row: &[Cell]) -> bool {
    matches!(text(result, row, "IsAnomalous").as_str(), "true" | "True" | "1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FromJson;
    use serde_json::{Value, json};

    fn told(row: &Value) -> Vec<Fact> {
        let columns: Vec<Value> =
            row.as_object().unwrap().keys().map(|name| json!({"name": name, "type": "String"})).collect();
        facts(&HuntingResult::from_json(json!({"schema": columns, "results": [row]})).unwrap())
    }

    #[test]
    fn a_behaviour_says_whether_it_is_unusual_and_against_whom() {
        let cases = [
            (
                json!({"StartTime": "2026-11-23T05:58:00Z", "Description": "Deleting files (312 events)", "IsAnomalous": true,
                    "OwnDay": 4, "Days": 9, "OthersDay": 1.44, "Others": 12}),
                "unusual  11-23  Deleting files (312 events); usually 4 a day (9 days), 12 others 1.4",
                true,
            ),
            (
                json!({"StartTime": "2026-11-23T05:58:00Z", "ActionType": "Printing", "ActivityCount": 3, "IsAnomalous": 0,
                    "OwnDay": 3, "Days": 1, "OthersDay": null, "Others": null}),
                "11-23  Printing (3 times); on no other day, nobody else",
                false,
            ),
            (json!({"Description": "Un\u{202e}known"}), "Un<U+202E>known", false),
        ];
        for (row, words, is_notable) in cases {
            assert_eq!(told(&row), [Fact::of(words.to_owned(), is_notable)]);
        }
    }
}
