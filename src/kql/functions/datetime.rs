//! Instants: now, arithmetic by calendar, parts, starts and ends.

use super::arguments::{datetime, long, long_or_null, text, timespan};
use super::calendar::{date_of, ticks_of, ticks_of_date, weekday_of};
use super::signature::{DATETIME, LONG, STRING, TIMESPAN, once, optional};
use super::{Context, Eval, Example, Function, Nulls, Returns, Signature};
use crate::base::time::{TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_SECOND};
use crate::base::{TimeSpan, Timestamp};
use crate::kql::types::Type;
use crate::kql::value::Value;

/// This family.
pub static FUNCTIONS: &[&Function] = &[
    &AGO,
    &NOW,
    &STARTOFDAY,
    &STARTOFWEEK,
    &STARTOFMONTH,
    &STARTOFYEAR,
    &ENDOFDAY,
    &ENDOFWEEK,
    &ENDOFMONTH,
    &ENDOFYEAR,
    &DAYOFWEEK,
    &DAYOFMONTH,
    &DAYOFYEAR,
    &HOUROFDAY,
    &MONTHOFYEAR,
    &GETMONTH,
    &GETYEAR,
    &WEEKOFYEAR,
    &WEEK_OF_YEAR,
    &DATETIME_PART,
    &DATEPART,
    &DATETIME_DIFF,
    &DATETIME_ADD,
];

const DATETIME_OF_DATETIME: &[Signature] = &[Signature {
    parameters: &[once("date", DATETIME), optional("offset", LONG)],
    returns: Returns::Only(Type::DateTime),
}];
const INT_OF_DATETIME: &[Signature] =
    &[Signature { parameters: &[once("date", DATETIME)], returns: Returns::Only(Type::Int) }];

static AGO: Function = Function {
    name: "ago",
    signatures: &[Signature { parameters: &[once("timespan", TIMESPAN)], returns: Returns::Only(Type::DateTime) }],
    summary: "The instant so long before now.",
    source: "https://learn.microsoft.com/kusto/query/ago-function",
    examples: &[
        Example { call: "ago(1h) < now()", result: "True" },
        Example { call: "now() - ago(2d)", result: "2.00:00:00" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|context, arguments| match timespan(arguments, 0) {
        Some(span) => Value::DateTime((context.now - TimeSpan(span)).ticks()),
        None => Value::Null,
    }),
};

static NOW: Function = Function {
    name: "now",
    signatures: &[Signature { parameters: &[optional("offset", TIMESPAN)], returns: Returns::Only(Type::DateTime) }],
    summary: "The instant the query began, plus an offset.",
    source: "https://learn.microsoft.com/kusto/query/now-function",
    examples: &[
        Example { call: "now() == now()", result: "True" },
        Example { call: "now(-2d) == ago(2d)", result: "True" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|context, arguments| {
        Value::DateTime((context.now + TimeSpan(timespan(arguments, 0).unwrap_or(0))).ticks())
    }),
};

/// The four `startof…` functions and their `endof…` twins.
macro_rules! period {
    ($start:ident, $end:ident, $period:ident, $start_name:literal, $end_name:literal, $word:literal,
     $start_result:literal, $end_result:literal) => {
        static $start: Function = Function {
            name: $start_name,
            signatures: DATETIME_OF_DATETIME,
            summary: concat!("The first instant of the ", $word, ", moved by so many of them."),
            source: concat!("https://learn.microsoft.com/kusto/query/", $start_name, "-function"),
            examples: &[Example {
                call: concat!($start_name, "(datetime(2017-01-05 10:10:17))"),
                result: $start_result,
            }],
            nulls: Nulls::Propagate,
            eval: Eval::Row(|_, arguments| moved(arguments, Period::$period, 0)),
        };
        static $end: Function = Function {
            name: $end_name,
            signatures: DATETIME_OF_DATETIME,
            summary: concat!("The last tick of the ", $word, ", moved by so many of them."),
            source: concat!("https://learn.microsoft.com/kusto/query/", $end_name, "-function"),
            examples: &[Example { call: concat!($end_name, "(datetime(2017-01-05 10:10:17))"), result: $end_result }],
            nulls: Nulls::Propagate,
            eval: Eval::Row(|_, arguments| moved(arguments, Period::$period, 1)),
        };
    };
}

period!(
    STARTOFDAY,
    ENDOFDAY,
    Day,
    "startofday",
    "endofday",
    "day",
    "2017-01-05T00:00:00.0000000Z",
    "2017-01-05T23:59:59.9999999Z"
);
period!(
    STARTOFWEEK,
    ENDOFWEEK,
    Week,
    "startofweek",
    "endofweek",
    "week, which begins on Sunday",
    "2017-01-01T00:00:00.0000000Z",
    "2017-01-07T23:59:59.9999999Z"
);
period!(
    STARTOFMONTH,
    ENDOFMONTH,
    Month,
    "startofmonth",
    "endofmonth",
    "month",
    "2017-01-01T00:00:00.0000000Z",
    "2017-01-31T23:59:59.9999999Z"
);
period!(
    STARTOFYEAR,
    ENDOFYEAR,
    Year,
    "startofyear",
    "endofyear",
    "year",
    "2017-01-01T00:00:00.0000000Z",
    "2017-12-31T23:59:59.9999999Z"
);

#[derive(Clone, Copy)]
enum Period {
    Day,
    Week,
    Month,
    Year,
}

/// The start of the period that argument 0 lies in, moved by argument 1 periods; or its end where `ends` is 1.
fn moved(arguments: &[Value], period: Period, ends: i64) -> Value {
    let by = long(arguments, 1).unwrap_or(0).saturating_add(ends);
    let start = datetime(arguments, 0).and_then(|ticks| period_start(ticks, period, by));
    match start.map(|start| start - ends) {
        Some(ticks) if (0..=Timestamp::MAX.ticks()).contains(&ticks) => Value::DateTime(ticks),
        _ => Value::Null,
    }
}

fn period_start(ticks: i64, period: Period, by: i64) -> Option<i64> {
    let date = date_of(ticks);
    let midnight = ticks - ticks.rem_euclid(TICKS_PER_DAY);
    match period {
        Period::Day => midnight.checked_add(by.checked_mul(TICKS_PER_DAY)?),
        Period::Week => {
            let sunday = midnight - weekday_of(ticks) * TICKS_PER_DAY;
            sunday.checked_add(by.checked_mul(7 * TICKS_PER_DAY)?)
        }
        Period::Month => month_start(i64::from(date.year()), i64::from(date.month()), by),
        Period::Year => month_start(i64::from(date.year()), 1, by.checked_mul(12)?),
    }
}

/// Midnight of the first of the month `by` months after `year` and `month`; also just past the end of the calendar.
fn month_start(year: i64, month: i64, by: i64) -> Option<i64> {
    let months = (year * 12 + month - 1).checked_add(by)?;
    if months == 10_000 * 12 {
        return Some(Timestamp::MAX.ticks() + 1);
    }
    ticks_of(months.div_euclid(12), months.rem_euclid(12) + 1, 1)
}

static DAYOFWEEK: Function = Function {
    name: "dayofweek",
    signatures: &[Signature { parameters: &[once("date", DATETIME)], returns: Returns::Only(Type::TimeSpan) }],
    summary: "Days since the last Sunday, as a timespan; null in the calendar's last, unfinished week.",
    source: "https://learn.microsoft.com/kusto/query/dayofweek-function",
    examples: &[
        Example { call: "dayofweek(datetime(1947-11-30 10:00:05))", result: "00:00:00" },
        Example { call: "dayofweek(datetime(1970-05-11))", result: "1.00:00:00" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| match datetime(arguments, 0) {
        Some(ticks) if period_start(ticks, Period::Week, 1).is_some_and(|end| end <= Timestamp::MAX.ticks()) => {
            Value::TimeSpan(weekday_of(ticks) * TICKS_PER_DAY)
        }
        _ => Value::Null,
    }),
};

/// A function that gives one part of an instant as an int.
macro_rules! part {
    ($id:ident, $name:literal, $page:literal, $summary:literal, $result:literal, $part:literal) => {
        static $id: Function = Function {
            name: $name,
            signatures: INT_OF_DATETIME,
            summary: $summary,
            source: concat!("https://learn.microsoft.com/kusto/query/", $page),
            examples: &[Example { call: concat!($name, "(datetime(2015-12-14 18:54:00))"), result: $result }],
            nulls: Nulls::Propagate,
            eval: Eval::Row(|_, arguments| int_part($part, arguments)),
        };
    };
}

part!(DAYOFMONTH, "dayofmonth", "dayofmonth-function", "The day of the month, from 1.", "14", "day");
part!(DAYOFYEAR, "dayofyear", "dayofyear-function", "The day of the year, from 1.", "348", "dayofyear");
part!(HOUROFDAY, "hourofday", "hourofday-function", "The hour of the day, from 0 to 23.", "18", "hour");
part!(MONTHOFYEAR, "monthofyear", "monthofyear-function", "The month, from 1 to 12.", "12", "month");
part!(GETMONTH, "getmonth", "getmonth-function", "The month, from 1 to 12.", "12", "month");
part!(GETYEAR, "getyear", "getyear-function", "The year.", "2015", "year");
part!(WEEKOFYEAR, "weekofyear", "week-of-year-function", "The same as week_of_year.", "51", "week_of_year");
part!(WEEK_OF_YEAR, "week_of_year", "week-of-year-function", "The week of the year by ISO 8601.", "51", "week_of_year");

fn int_part(part: &str, arguments: &[Value]) -> Value {
    int_or_null(datetime(arguments, 0).and_then(|ticks| part_of(part, ticks)))
}

fn int_or_null(number: Option<i64>) -> Value {
    number.and_then(|number| i32::try_from(number).ok()).map_or(Value::Null, Value::Int)
}

const PART_SIGNATURES: &[Signature] =
    &[Signature { parameters: &[once("part", STRING), once("datetime", DATETIME)], returns: Returns::Only(Type::Int) }];

static DATETIME_PART: Function = Function {
    name: "datetime_part",
    signatures: PART_SIGNATURES,
    summary: "The named part: year, quarter, month, week_of_year, day, dayofyear, hour, minute, second, millisecond and finer.",
    source: "https://learn.microsoft.com/kusto/query/datetime-part-function",
    examples: &[
        Example { call: "datetime_part('quarter', datetime(2017-10-30 01:02:03.7654321))", result: "4" },
        Example { call: "datetime_part('Millisecond', datetime(2017-10-30 01:02:03.7654321))", result: "765" },
        Example { call: "datetime_part('nanosecond', datetime(2017-10-30 01:02:03.7654321))", result: "765432100" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(datetime_part),
};

static DATEPART: Function = Function {
    name: "datepart",
    signatures: PART_SIGNATURES,
    summary: "The same as datetime_part.",
    source: "https://learn.microsoft.com/kusto/query/datetime-part-function",
    examples: &[Example { call: "datepart('day', datetime(2017-10-30))", result: "30" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(datetime_part),
};

fn datetime_part(_: &Context, arguments: &[Value]) -> Value {
    int_or_null(datetime(arguments, 1).and_then(|ticks| part_of(&text(arguments, 0), ticks)))
}

fn part_of(part: &str, ticks: i64) -> Option<i64> {
    let date = date_of(ticks);
    let clock = ticks.rem_euclid(TICKS_PER_DAY);
    let fraction = clock % TICKS_PER_SECOND;
    Some(match part.to_ascii_lowercase().as_str() {
        "year" => i64::from(date.year()),
        "quarter" => (i64::from(date.month()) + 2) / 3,
        "month" => i64::from(date.month()),
        "week_of_year" | "weekofyear" => i64::from(date.iso_week_date().week()),
        "day" => i64::from(date.day()),
        "dayofyear" => i64::from(date.day_of_year()),
        "hour" => clock / TICKS_PER_HOUR,
        "minute" => clock / TICKS_PER_MINUTE % 60,
        "second" => clock / TICKS_PER_SECOND % 60,
        "millisecond" => fraction / 10_000,
        "microsecond" => fraction / 10,
        "nanosecond" => fraction * 100,
        _ => return None,
    })
}

static DATETIME_DIFF: Function = Function {
    name: "datetime_diff",
    signatures: &[Signature {
        parameters: &[once("period", STRING), once("datetime1", DATETIME), once("datetime2", DATETIME)],
        returns: Returns::Only(Type::Long),
    }],
    summary: "How many borders of the named period lie between the second instant and the first.",
    source: "https://learn.microsoft.com/kusto/query/datetime-diff-function",
    examples: &[
        Example { call: "datetime_diff('year', datetime(2017-01-01), datetime(2000-12-31))", result: "17" },
        Example { call: "datetime_diff('quarter', datetime(2017-07-01), datetime(2017-03-30))", result: "2" },
        Example { call: "datetime_diff('day', datetime(2017-10-29 23:59), datetime(2017-10-30 00:05))", result: "-1" },
        Example {
            call: "datetime_diff('minute', datetime(2017-10-30 23:05:01), datetime(2017-10-30 23:00:59))",
            result: "5",
        },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| {
        let period = text(arguments, 0);
        let border = |at| datetime(arguments, at).and_then(|ticks| borders_before(&period, ticks));
        long_or_null(border(1).zip(border(2)).map(|(later, earlier)| later.wrapping_sub(earlier)))
    }),
};

/// How many borders of `period` lie between the beginning of time and `ticks`.
fn borders_before(period: &str, ticks: i64) -> Option<i64> {
    let date = date_of(ticks);
    let months = i64::from(date.year()) * 12 + i64::from(date.month()) - 1;
    Some(match period.to_ascii_lowercase().as_str() {
        "year" => i64::from(date.year()),
        "quarter" => months.div_euclid(3),
        "month" => months,
        // Weeks begin on Sunday; 0001-01-01 was a Monday.
        "week" => (ticks + TICKS_PER_DAY).div_euclid(7 * TICKS_PER_DAY),
        unit => ticks.div_euclid(unit_ticks(unit)?),
    })
}

fn unit_ticks(unit: &str) -> Option<i64> {
    Some(match unit {
        "day" => TICKS_PER_DAY,
        "hour" => TICKS_PER_HOUR,
        "minute" => TICKS_PER_MINUTE,
        "second" => TICKS_PER_SECOND,
        "millisecond" => TICKS_PER_SECOND / 1_000,
        "microsecond" => TICKS_PER_SECOND / 1_000_000,
        _ => return None,
    })
}

static DATETIME_ADD: Function = Function {
    name: "datetime_add",
    signatures: &[Signature {
        parameters: &[once("period", STRING), once("amount", LONG), once("datetime", DATETIME)],
        returns: Returns::Only(Type::DateTime),
    }],
    summary: "The instant moved by so many of the named period; a day that the month lacks becomes its last.",
    source: "https://learn.microsoft.com/kusto/query/datetime-add-function",
    examples: &[
        Example { call: "datetime_add('year', 1, datetime(2017-01-01))", result: "2018-01-01T00:00:00.0000000Z" },
        Example {
            call: "datetime_add('month', 1, datetime(2017-01-31 05:00))",
            result: "2017-02-28T05:00:00.0000000Z",
        },
        Example { call: "datetime_add('hour', -1, datetime(2017-01-01))", result: "2016-12-31T23:00:00.0000000Z" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| {
        let sum = long(arguments, 1)
            .zip(datetime(arguments, 2))
            .and_then(|(amount, ticks)| added(&text(arguments, 0), amount, ticks));
        match sum {
            Some(ticks) if (0..=Timestamp::MAX.ticks()).contains(&ticks) => Value::DateTime(ticks),
            _ => Value::Null,
        }
    }),
};

fn added(period: &str, amount: i64, ticks: i64) -> Option<i64> {
    let months = match period.to_ascii_lowercase().as_str() {
        "year" => 12,
        "quarter" => 3,
        "month" => 1,
        "week" => return ticks.checked_add(amount.checked_mul(7 * TICKS_PER_DAY)?),
        "nanosecond" => return ticks.checked_add(amount / 100),
        unit => return ticks.checked_add(amount.checked_mul(unit_ticks(unit)?)?),
    };
    let span = jiff::Span::new().try_months(amount.checked_mul(months)?).ok()?;
    let date = date_of(ticks).checked_add(span).ok()?;
    Some(ticks_of_date(date)? + ticks.rem_euclid(TICKS_PER_DAY))
}
