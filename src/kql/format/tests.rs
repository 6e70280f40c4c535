use super::*;
use crate::kql::types::Type;

#[test]
fn values_print_as_tostring_does() {
    let cases = [
        (Value::Null, ""),
        (Value::Bool(true), "True"),
        (Value::Int(-7), "-7"),
        (Value::Real(0.1 + 0.2), "0.30000000000000004"),
        (Value::Real(1.0), "1.0"),
        (Value::Real(1e20), "1E+20"),
        (Value::Real(0.000_001), "1E-06"),
        (Value::Real(f64::INFINITY), "inf"),
        (Value::Real(f64::NAN), "NaN"),
        (Value::DateTime(637_450_560_000_000_000), "2021-01-01T00:00:00.0000000Z"),
        (Value::TimeSpan(937_840_050_000), "1.02:03:04.0050000"),
        (Value::TimeSpan(-10_000_000), "-00:00:01"),
        (Value::Guid(0x74be_27de_1e4e_49d9_b579_fe0b_331d_3642), "74be27de-1e4e-49d9-b579-fe0b331d3642"),
        (parse_json(r#"{"b": 1, "a": [true, null, "x"]}"#), r#"{"b":1,"a":[true,null,"x"]}"#),
        (parse_json("\"text\""), "text"),
        (parse_json("true"), "true"),
    ];
    for (value, text) in cases {
        assert_eq!(to_text(&value), text);
    }
}

#[test]
fn datetimes_are_read_in_all_forms() {
    let cases = [
        ("2014-11-08", "2014-11-08T00:00:00.0000000Z"),
        ("2014-11-08 15:55", "2014-11-08T15:55:00.0000000Z"),
        ("2014-11-08T15:55:02.1234567Z", "2014-11-08T15:55:02.1234567Z"),
        ("2014-11-08T15:05:02+01:00", "2014-11-08T14:05:02.0000000Z"),
        ("2014-1-8 5:05:02", "2014-01-08T05:05:02.0000000Z"),
        ("Sat, 8 Nov 14 15:05:02 GMT", "2014-11-08T15:05:02.0000000Z"),
        ("8 Nov 2014 15:05", "2014-11-08T15:05:00.0000000Z"),
        ("Saturday, 08-Nov-14 15:05:02 GMT", "2014-11-08T15:05:02.0000000Z"),
        ("11/8/2014 3:05:02 PM", "2014-11-08T15:05:02.0000000Z"),
        ("05/25/2014 08:20:03.123456Z", "2014-05-25T08:20:03.1234560Z"),
        ("2014", "2014-01-01T00:00:00.0000000Z"),
        ("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z"),
    ];
    for (text, written) in cases {
        assert_eq!(parse_datetime(text).map(datetime_text).as_deref(), Some(written), "{text}");
    }
    for bad in ["", "yesterday", "2014-13-01", "2014-02-30", "2014-11-08 25:00", "2014-11-08x", "12345", "é"] {
        assert_eq!(parse_datetime(bad), None, "{bad}");
    }
}

#[test]
fn timespans_are_read_in_all_forms() {
    let cases = [
        ("1d", "1.00:00:00"),
        ("1.5h", "01:30:00"),
        ("100ms", "00:00:00.1000000"),
        ("7 days", "7.00:00:00"),
        ("01:02:03", "01:02:03"),
        ("1.02:03:04.5", "1.02:03:04.5000000"),
        ("-00:01", "-00:01:00"),
        ("3", "3.00:00:00"),
        ("10tick", "00:00:00.0000010"),
    ];
    for (text, written) in cases {
        assert_eq!(parse_timespan(text).map(timespan_text).as_deref(), Some(written), "{text}");
    }
    for bad in ["", "d", "1.5", "1y", "1:2:3:4", "00:61", "-", "1..2h", "é"] {
        assert_eq!(parse_timespan(bad), None, "{bad}");
    }
}

#[test]
fn numbers_are_read_strictly() {
    assert_eq!(parse_long("  45  "), Some(45));
    assert_eq!(parse_long("0x1F"), Some(31));
    assert_eq!(parse_long("-9223372036854775808"), Some(i64::MIN));
    for bad in ["12.5", "", "1e3", "9223372036854775808", "0x", "-0x10", "x"] {
        assert_eq!(parse_long(bad), None, "{bad}");
    }
    assert_eq!(parse_real("1e3"), Some(1000.0));
    assert_eq!(parse_guid("{74BE27DE-1E4E-49D9-B579-FE0B331D3642}"), parse_guid("74be27de1e4e49d9b579fe0b331d3642"));
    assert_eq!(parse_guid("74be27de-1e4e-49d9-b579fe0b331d3642"), None);
}

#[test]
fn conversions_give_null_where_the_value_does_not_fit() {
    let cases = [
        (Value::string("2147483648"), Type::Int, Value::Null),
        (Value::Long(2_147_483_648), Type::Int, Value::Int(i32::MIN)),
        (Value::Real(-12.9), Type::Long, Value::Long(-12)),
        (Value::Real(f64::NAN), Type::Long, Value::Null),
        (Value::Real(1e19), Type::Int, Value::Int(i32::MAX)),
        (Value::Bool(true), Type::Int, Value::Int(1)),
        (parse_json("\"12\""), Type::Long, Value::Long(12)),
        (parse_json("[12]"), Type::Long, Value::Null),
        (Value::Null, Type::String, Value::string("")),
        (Value::DateTime(5), Type::Long, Value::Long(5)),
        (Value::string("x"), Type::Guid, Value::Null),
    ];
    for (value, ty, converted) in cases {
        assert_eq!(convert(&value, ty), converted, "{value:?} to {ty}");
    }
}
