//! Constant arguments that can be wrong in a way their type does not show: patterns, formats, names of parts. The binder
//! refuses a call for them rather than letting every row come out null.

use super::Function;
use crate::kql::value::Value;

/// Which argument of a call is wrong, and why; `arguments` holds the constant ones.
pub fn complaint(function: &Function, arguments: &[Option<&Value>]) -> Option<(usize, String)> {
    let (at, check) =
        RULES.iter().find(|(names, _, _)| names.contains(&function.name)).map(|(_, at, check)| (*at, check))?;
    let text = (*arguments.get(at)?)?.as_str()?;
    check(text).map(|why| (at, why))
}

/// A check of one argument's text: why it is wrong.
type Check = fn(&str) -> Option<String>;

/// Names of functions, the place of the argument, the check.
const RULES: &[(&[&str], usize, Check)] = &[
    (&["format_datetime"], 1, |format| bad_letter(format, "dfFhHmMsty")),
    (&["format_timespan"], 1, |format| bad_letter(format, "dfFhHmst")),
    (&["datetime_part", "datepart"], 0, |part| unknown(part, PARTS)),
    (&["datetime_diff", "datetime_add"], 0, |period| unknown(period, PERIODS)),
    (&["extract", "extract_all", "replace", "trim", "trim_start", "trim_end"], 0, bad_pattern),
    (&["replace_regex", "indexof_regex", "matches regex"], 1, bad_pattern),
    (&["parse_command_line"], 1, |parser| unknown(parser, &["windows"])),
    (&["countof"], 2, |kind| unknown(kind, &["normal", "regex"])),
];

const PARTS: &[&str] = &[
    "year",
    "quarter",
    "month",
    "week_of_year",
    "weekofyear",
    "day",
    "dayofyear",
    "hour",
    "minute",
    "second",
    "millisecond",
    "microsecond",
    "nanosecond",
];

const PERIODS: &[&str] = &[
    "year",
    "quarter",
    "month",
    "week",
    "day",
    "hour",
    "minute",
    "second",
    "millisecond",
    "microsecond",
    "nanosecond",
];

fn bad_letter(format: &str, letters: &str) -> Option<String> {
    let wrong = format.chars().find(|c| !letters.contains(*c) && !" /-:,._[]".contains(*c))?;
    Some(format!("'{wrong}' is not part of a format"))
}

fn unknown(name: &str, known: &[&str]) -> Option<String> {
    let is_known = known.iter().any(|one| one.eq_ignore_ascii_case(name));
    (!is_known).then(|| format!("'{name}' is none of {}", known.join(", ")))
}

fn bad_pattern(pattern: &str) -> Option<String> {
    let error = super::pattern::compile(pattern).err()?;
    let reason = error.to_string();
    let last = reason.lines().last().unwrap_or_default();
    Some(format!("the regular expression is not valid: {}", last.trim_start_matches("error: ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kql::functions::find;

    #[test]
    fn wrong_constants_are_named_and_right_ones_pass() {
        let complaint_of = |name: &str, at: usize, text: &str| {
            let value = Value::string(text);
            let mut arguments = vec![None; at];
            arguments.push(Some(&value));
            complaint(find(name).unwrap(), &arguments).map(|(at, why)| format!("{at}: {why}"))
        };
        let cases = [
            ("format_datetime", 1, "yyyy-MM-dd HH:mm:ss.fff tt", None),
            ("format_datetime", 1, "yyyy-MM-ddTHH", Some("1: 'T' is not part of a format")),
            ("format_timespan", 1, "c", Some("1: 'c' is not part of a format")),
            ("datetime_diff", 0, "Day", None),
            ("parse_command_line", 1, "unix", Some("1: 'unix' is none of windows")),
            ("extract", 0, "(a", Some("0: the regular expression is not valid: unclosed group")),
            ("strcat", 0, "(a", None),
        ];
        for (name, at, text, why) in cases {
            assert_eq!(complaint_of(name, at, text).as_deref(), why, "{name} {text}");
        }
    }
}
