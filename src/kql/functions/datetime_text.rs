//! Instants and timespans from parts, into text, and from Unix times.

use super::arguments::{datetime, long, real, text, timespan};
use super::calendar::{date_of, ticks_of};
use super::signature::{DATETIME, LONG, STRING, TIMESPAN, once, optional};
use super::{Accepts, Context, Eval, Example, Function, Nulls, Returns, Signature};
use crate::base::Timestamp;
use crate::base::time::{TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_SECOND};
use crate::kql::format::convert;
use crate::kql::types::Type;
use crate::kql::value::Value;

/// This family.
pub static FUNCTIONS: &[&Function] = &[
    &FORMAT_DATETIME,
    &FORMAT_TIMESPAN,
    &MAKE_DATETIME,
    &MAKE_TIMESPAN,
    &UNIXTIME_SECONDS_TODATETIME,
    &UNIXTIME_MILLISECONDS_TODATETIME,
    &UNIXTIME_MICROSECONDS_TODATETIME,
    &UNIXTIME_NANOSECONDS_TODATETIME,
    &FORMAT_BYTES,
];

static FORMAT_DATETIME: Function = Function {
    name: "format_datetime",
    signatures: &[Signature {
        parameters: &[once("date", DATETIME), once("format", STRING)],
        returns: Returns::Only(Type::String),
    }],
    summary: "An instant by a pattern of d, dd, f to fffffff, F to FFFFFFF, h, hh, H, HH, m, mm, M, MM, s, ss, y, yy, yyyy and tt.",
    source: "https://learn.microsoft.com/kusto/query/format-datetime-function",
    examples: &[
        Example {
            call: "format_datetime(datetime(2017-01-29 09:00:05), 'yy-MM-dd [HH:mm:ss]')",
            result: "17-01-29 [09:00:05]",
        },
        Example {
            call: "format_datetime(datetime(2017-01-29 21:00:05), 'M/d/yyyy h:m:ss tt')",
            result: "1/29/2017 9:0:05 PM",
        },
        Example { call: "format_datetime(datetime(2020-06-15 13:45:09.12), 'ss.fff FFF')", result: "09.120 12" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(format_datetime),
};

static FORMAT_TIMESPAN: Function = Function {
    name: "format_timespan",
    signatures: &[Signature {
        parameters: &[once("timespan", TIMESPAN), once("format", STRING)],
        returns: Returns::Only(Type::String),
    }],
    summary: "A timespan by a pattern of d to dddddddd, h, hh, m, mm, s, ss, f to fffffff and F to FFFFFFF.",
    source: "https://learn.microsoft.com/kusto/query/format-timespan-function",
    examples: &[
        Example { call: "format_timespan(time(14.02:03:04.12345), 'd.h:mm:ss.fff')", result: "14.2:03:04.123" },
        Example { call: "format_timespan(-26h, 'd.hh:mm')", result: "-1.02:00" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(format_timespan),
};

static MAKE_DATETIME: Function = Function {
    name: "make_datetime",
    signatures: &[
        Signature {
            parameters: &[
                once("year", Accepts::Number),
                once("month", Accepts::Number),
                once("day", Accepts::Number),
                optional("hour", Accepts::Number),
                optional("minute", Accepts::Number),
                optional("second", Accepts::Number),
            ],
            returns: Returns::Only(Type::DateTime),
        },
        Signature { parameters: &[once("value", Accepts::Any)], returns: Returns::Only(Type::DateTime) },
    ],
    summary: "The instant of year, month, day and, if given, hour, minute and second; null where there is no such.",
    source: "https://learn.microsoft.com/kusto/query/make-datetime-function",
    examples: &[
        Example { call: "make_datetime(2017, 10, 1, 12, 10)", result: "2017-10-01T12:10:00.0000000Z" },
        Example { call: "make_datetime(2017, 10, 1, 12, 11, 0.1234567)", result: "2017-10-01T12:11:00.1234567Z" },
        Example { call: "make_datetime(2020, 13, 1)", result: "" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(make_datetime),
};

static MAKE_TIMESPAN: Function = Function {
    name: "make_timespan",
    signatures: &[
        Signature {
            parameters: &[once("hours", LONG), once("minutes", LONG), optional("seconds", LONG)],
            returns: Returns::Only(Type::TimeSpan),
        },
        Signature {
            parameters: &[once("days", LONG), once("hours", LONG), once("minutes", LONG), once("seconds", LONG)],
            returns: Returns::Only(Type::TimeSpan),
        },
        Signature { parameters: &[once("value", Accepts::Any)], returns: Returns::Only(Type::TimeSpan) },
    ],
    summary: "The timespan of hours, minutes and seconds, with four arguments also of days; null where one is out of its range.",
    source: "https://learn.microsoft.com/kusto/query/make-timespan-function",
    examples: &[
        Example { call: "make_timespan(1, 12, 30, 55)", result: "1.12:30:55" },
        Example { call: "make_timespan(2, 30)", result: "02:30:00" },
        Example { call: "make_timespan(25, 70)", result: "" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(make_timespan),
};

static UNIXTIME_SECONDS_TODATETIME: Function = Function {
    name: "unixtime_seconds_todatetime",
    signatures: &[Signature {
        parameters: &[once("seconds", Accepts::Number)],
        returns: Returns::Only(Type::DateTime),
    }],
    summary: "The instant so many seconds after 1970.",
    source: "https://learn.microsoft.com/kusto/query/unixtime-seconds-todatetime-function",
    examples: &[Example { call: "unixtime_seconds_todatetime(1546300800)", result: "2019-01-01T00:00:00.0000000Z" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| from_unix(arguments, 1e7)),
};

static UNIXTIME_MILLISECONDS_TODATETIME: Function = Function {
    name: "unixtime_milliseconds_todatetime",
    signatures: &[Signature {
        parameters: &[once("milliseconds", Accepts::Number)],
        returns: Returns::Only(Type::DateTime),
    }],
    summary: "The instant so many milliseconds after 1970.",
    source: "https://learn.microsoft.com/kusto/query/unixtime-milliseconds-todatetime-function",
    examples: &[Example {
        call: "unixtime_milliseconds_todatetime(1546300800000)",
        result: "2019-01-01T00:00:00.0000000Z",
    }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| from_unix(arguments, 1e4)),
};

static UNIXTIME_MICROSECONDS_TODATETIME: Function = Function {
    name: "unixtime_microseconds_todatetime",
    signatures: &[Signature {
        parameters: &[once("microseconds", Accepts::Number)],
        returns: Returns::Only(Type::DateTime),
    }],
    summary: "The instant so many microseconds after 1970.",
    source: "https://learn.microsoft.com/kusto/query/unixtime-microseconds-todatetime-function",
    examples: &[Example {
        call: "unixtime_microseconds_todatetime(1546300800000000)",
        result: "2019-01-01T00:00:00.0000000Z",
    }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| from_unix(arguments, 10.0)),
};

static UNIXTIME_NANOSECONDS_TODATETIME: Function = Function {
    name: "unixtime_nanoseconds_todatetime",
    signatures: &[Signature {
        parameters: &[once("nanoseconds", Accepts::Number)],
        returns: Returns::Only(Type::DateTime),
    }],
    summary: "The instant so many nanoseconds after 1970.",
    source: "https://learn.microsoft.com/kusto/query/unixtime-nanoseconds-todatetime-function",
    examples: &[Example {
        call: "unixtime_nanoseconds_todatetime(1546300800000000000)",
        result: "2019-01-01T00:00:00.0000000Z",
    }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| from_unix(arguments, 0.01)),
};

static FORMAT_BYTES: Function = Function {
    name: "format_bytes",
    signatures: &[Signature {
        parameters: &[once("value", Accepts::Number), optional("precision", LONG), optional("units", STRING)],
        returns: Returns::Only(Type::String),
    }],
    summary: "A number of bytes in a fitting unit, or in the named one.",
    source: "https://learn.microsoft.com/kusto/query/format-bytes-function",
    examples: &[
        Example { call: "format_bytes(564)", result: "564 Bytes" },
        Example { call: "format_bytes(10332, 1)", result: "10.1 KB" },
        Example { call: "format_bytes(20010332, 2)", result: "19.08 MB" },
        Example { call: "format_bytes(20010332, 0, 'KB')", result: "19541 KB" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(format_bytes),
};

/// Runs of the same letter and the characters between them, in order.
fn runs(pattern: &str) -> Vec<(char, usize)> {
    let mut runs: Vec<(char, usize)> = Vec::new();
    for c in pattern.chars() {
        match runs.last_mut() {
            Some((last, count)) if *last == c && c.is_ascii_alphabetic() => *count += 1,
            _ => runs.push((c, 1)),
        }
    }
    runs
}

/// The first `digits` digits of a fraction of a second given in ticks; `F` drops zeros at the end.
fn fraction(ticks: i64, letter: char, digits: usize) -> String {
    let all = format!("{:07}", ticks.rem_euclid(TICKS_PER_SECOND));
    let cut: String = all.chars().take(digits).collect();
    if letter == 'F' { cut.trim_end_matches('0').to_owned() } else { cut }
}

fn format_datetime(_: &Context, arguments: &[Value]) -> Value {
    let Some(ticks) = datetime(arguments, 0) else { return Value::string("") };
    let date = date_of(ticks);
    let clock = ticks.rem_euclid(TICKS_PER_DAY);
    let hour = clock / TICKS_PER_HOUR;
    let padded = |number: i64, count: usize| format!("{number:0width$}", width = count.min(2));
    let mut written = String::new();
    for (letter, count) in runs(&text(arguments, 1)) {
        let part = match letter {
            'y' if count <= 2 => padded(i64::from(date.year()) % 100, count),
            'y' => format!("{:0count$}", date.year()),
            'M' => padded(i64::from(date.month()), count),
            'd' => padded(i64::from(date.day()), count),
            'H' => padded(hour, count),
            'h' => padded((hour + 11) % 12 + 1, count),
            'm' => padded(clock / TICKS_PER_MINUTE % 60, count),
            's' => padded(clock / TICKS_PER_SECOND % 60, count),
            'f' | 'F' => fraction(clock, letter, count),
            't' => (if hour < 12 { "AM" } else { "PM" }).chars().take(count).collect(),
            other => other.to_string().repeat(count),
        };
        written.push_str(&part);
    }
    Value::string(written)
}

fn format_timespan(_: &Context, arguments: &[Value]) -> Value {
    let Some(ticks) = timespan(arguments, 0) else { return Value::string("") };
    let size = i64::try_from(ticks.unsigned_abs()).unwrap_or(i64::MAX);
    let padded = |number: i64, count: usize| format!("{number:0count$}");
    let mut written = if ticks < 0 { "-".to_owned() } else { String::new() };
    for (letter, count) in runs(&text(arguments, 1)) {
        written.push_str(&match letter {
            'd' => padded(size / TICKS_PER_DAY, count),
            'h' | 'H' => padded(size / TICKS_PER_HOUR % 24, count),
            'm' => padded(size / TICKS_PER_MINUTE % 60, count),
            's' => padded(size / TICKS_PER_SECOND % 60, count),
            'f' | 'F' => fraction(size, letter, count),
            other => other.to_string().repeat(count),
        });
    }
    Value::string(written)
}

fn make_datetime(_: &Context, arguments: &[Value]) -> Value {
    if let [only] = arguments {
        return convert(only, Type::DateTime);
    }
    let part = |at: usize| arguments.get(at).map_or(Some(0), |_| long(arguments, at));
    let ticks = (|| {
        let date = ticks_of(part(0)?, part(1)?, part(2)?)?;
        let seconds = arguments.get(5).map_or(Some(0.0), |_| real(arguments, 5))?;
        let (hour, minute) = (part(3)?, part(4)?);
        ((0..24).contains(&hour) && (0..60).contains(&minute) && (0.0..60.0).contains(&seconds)).then_some(())?;
        let second_ticks = (seconds * TICKS_PER_SECOND as f64).round() as i64;
        Some(date + hour * TICKS_PER_HOUR + minute * TICKS_PER_MINUTE + second_ticks)
    })();
    ticks.map_or(Value::Null, Value::DateTime)
}

fn make_timespan(_: &Context, arguments: &[Value]) -> Value {
    if let [only] = arguments {
        return convert(only, Type::TimeSpan);
    }
    let days_given = usize::from(arguments.len() == 4);
    let part = |at: usize| arguments.get(at).map_or(Some(0), |_| long(arguments, at));
    let days = if days_given == 1 { part(0) } else { Some(0) };
    let ticks = (|| {
        let (days, hours) = (days?, part(days_given)?);
        let (minutes, seconds) = (part(days_given + 1)?, part(days_given + 2)?);
        let fits = (0..24).contains(&hours) && (0..60).contains(&minutes) && (0..60).contains(&seconds);
        fits.then_some(())?;
        let clock = hours * TICKS_PER_HOUR + minutes * TICKS_PER_MINUTE + seconds * TICKS_PER_SECOND;
        days.checked_mul(TICKS_PER_DAY)?.checked_add(clock)
    })();
    ticks.map_or(Value::Null, Value::TimeSpan)
}

/// The instant so many units after 1970; a unit is `ticks_per_unit` ticks long.
fn from_unix(arguments: &[Value], ticks_per_unit: f64) -> Value {
    let since = match arguments.first() {
        Some(Value::Real(number)) => Some((number * ticks_per_unit).round() as i64),
        _ if ticks_per_unit < 1.0 => long(arguments, 0).map(|units| units / 100),
        _ => long(arguments, 0).and_then(|units| units.checked_mul(ticks_per_unit as i64)),
    };
    let epoch = Timestamp::from_unix_seconds(0).ticks();
    let at = since.and_then(|since| epoch.checked_add(since)).and_then(Timestamp::from_ticks);
    at.map_or(Value::Null, |at| Value::DateTime(at.ticks()))
}

/// The size in the greatest unit that leaves at least 1, or in the named unit.
fn format_bytes(_: &Context, arguments: &[Value]) -> Value {
    const UNITS: [&str; 7] = ["Bytes", "KB", "MB", "GB", "TB", "PB", "EB"];
    let Some(mut size) = real(arguments, 0) else { return Value::string("") };
    let digits = long(arguments, 1).unwrap_or(0).clamp(0, 15) as i32;
    let named = text(arguments, 2);
    let wanted = UNITS.iter().position(|unit| unit.eq_ignore_ascii_case(&named));
    let mut unit = 0;
    while unit + 1 < UNITS.len() && wanted.map_or(size.abs() >= 1024.0, |wanted| unit < wanted) {
        size /= 1024.0;
        unit += 1;
    }
    let scale = 10_f64.powi(digits);
    let name = UNITS.get(unit).copied().unwrap_or_default();
    Value::string(format!("{} {name}", (size * scale).round() / scale))
}
