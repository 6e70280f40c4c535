//! IPv6 addresses; an IPv4 address counts as its mapped form.

use super::arguments::{bool_or_null, list, long, long_or_null, text};
use super::signature::{DYNAMIC, LONG, STRING, many, once, optional};
use super::{Context, Eval, Example, Function, Nulls, Returns, Signature};
use crate::kql::types::Type;
use crate::kql::value::Value;
use core::net::Ipv4Addr;
use core::net::Ipv6Addr;

/// This family.
pub static FUNCTIONS: &[&Function] =
    &[&PARSE_IPV6, &IPV6_COMPARE, &IPV6_IS_MATCH, &IPV6_IS_IN_RANGE, &IPV6_IS_IN_ANY_RANGE, &PARSE_IPV6_MASK];

static PARSE_IPV6: Function = Function {
    name: "parse_ipv6",
    signatures: &[Signature { parameters: &[once("ip", STRING)], returns: Returns::Only(Type::String) }],
    summary: "The address, IPv6 or IPv4, in full IPv6 form, masked by its prefix.",
    source: "https://learn.microsoft.com/kusto/query/parse-ipv6-function",
    examples: &[
        Example {
            call: "parse_ipv6('fe80::85d:e82c:9446:7994/120')",
            result: "fe80:0000:0000:0000:085d:e82c:9446:7900",
        },
        Example { call: "parse_ipv6('127.0.0.1')", result: "0000:0000:0000:0000:0000:ffff:7f00:0001" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(parse_ipv6),
};

static IPV6_COMPARE: Function = Function {
    name: "ipv6_compare",
    signatures: &[Signature {
        parameters: &[once("ip1", STRING), once("ip2", STRING), optional("prefix", LONG)],
        returns: Returns::Only(Type::Long),
    }],
    summary: "-1, 0 or 1 for the order of two addresses, IPv6 or IPv4.",
    source: "https://learn.microsoft.com/kusto/query/ipv6-compare-function",
    examples: &[
        Example { call: "ipv6_compare('fe80::1', 'fe80::2')", result: "-1" },
        Example { call: "ipv6_compare('192.168.1.1', '::ffff:c0a8:0101')", result: "0" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| long_or_null(compare6(arguments))),
};

static IPV6_IS_MATCH: Function = Function {
    name: "ipv6_is_match",
    signatures: &[Signature {
        parameters: &[once("ip1", STRING), once("ip2", STRING), optional("prefix", LONG)],
        returns: Returns::Only(Type::Bool),
    }],
    summary: "Whether two addresses, IPv6 or IPv4, are the same by the bits that count.",
    source: "https://learn.microsoft.com/kusto/query/ipv6-is-match-function",
    examples: &[Example {
        call: "ipv6_is_match('fe80::85d:e82c:9446:7994', 'fe80::85d:e82c:9446:7995', 120)",
        result: "True",
    }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| bool_or_null(compare6(arguments).map(|order| order == 0))),
};

static IPV6_IS_IN_RANGE: Function = Function {
    name: "ipv6_is_in_range",
    signatures: &[Signature {
        parameters: &[once("ip", STRING), once("ip_range", STRING)],
        returns: Returns::Only(Type::Bool),
    }],
    summary: "Whether the address is in the range.",
    source: "https://learn.microsoft.com/kusto/query/ipv6-is-in-range-function",
    examples: &[Example {
        call: "ipv6_is_in_range('a5e:f127:8a9d:146d:e102:b5d3:c755:abcd', 'a5e:f127:8a9d:146d:e102:b5d3:c755:0000/112')",
        result: "True",
    }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(in_range6),
};

static IPV6_IS_IN_ANY_RANGE: Function = Function {
    name: "ipv6_is_in_any_range",
    signatures: &[
        Signature { parameters: &[once("ip", STRING), once("ranges", DYNAMIC)], returns: Returns::Only(Type::Bool) },
        Signature {
            parameters: &[once("ip", STRING), once("ranges", STRING), many("ranges", STRING)],
            returns: Returns::Only(Type::Bool),
        },
    ],
    summary: "Whether the address, IPv6 or IPv4, is in any of the ranges.",
    source: "https://learn.microsoft.com/kusto/query/ipv6-is-in-any-range-function",
    examples: &[
        Example {
            call: "ipv6_is_in_any_range('a5e:f127:8a9d:146d:e102:b5d3:c755:abcd', 'ff::/16', 'a5e:f127:8a9d:146d:e102:b5d3:c755:f6cd/112')",
            result: "True",
        },
        Example { call: "ipv6_is_in_any_range('::1', dynamic(['fe80::/10']))", result: "False" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(in_any_range6),
};

row_function!(PARSE_IPV6_MASK, "parse_ipv6_mask", &[once("ip", STRING), once("prefix", LONG)], String, "The address, IPv6 or IPv4, in full IPv6 form, masked by the prefix.",
"parse-ipv6-mask-function", "parse_ipv6_mask('fe80::85d:e82c:9446:7994', 120)" => "fe80:0000:0000:0000:085d:e82c:9446:7900",
|_, arguments| {
    let (Some((address, own)), Some(prefix @ 0..=128)) = (read6(&text(arguments, 0)), long(arguments, 1)) else {
        return Value::string("");
    };
    Value::string(full6(address & mask6(own.min(prefix as u32))))
});

fn in_any_range6(_: &Context, arguments: &[Value]) -> Value {
    let ranges: Vec<String> = match list(arguments, 1) {
        Some(ranges) => ranges.iter().filter_map(|range| range.as_str().map(str::to_owned)).collect(),
        None => (1..arguments.len()).map(|at| text(arguments, at).into_owned()).collect(),
    };
    let Some((address, _)) = read6(&text(arguments, 0)) else { return Value::Null };
    let within = |(first, prefix): (u128, u32)| (address ^ first) & mask6(prefix) == 0;
    Value::Bool(ranges.iter().filter_map(|range| read6(range)).any(within))
}

/// An IPv6 address and how many of its bits count; an IPv4 address as its mapped form.
fn read6(text: &str) -> Option<(u128, u32)> {
    let text = text.trim();
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix.trim().parse::<u32>().ok()?)),
        None => (text, None),
    };
    if let Ok(four) = address.parse::<Ipv4Addr>() {
        let bits = prefix.unwrap_or(32);
        return (bits <= 32).then_some((four.to_ipv6_mapped().to_bits(), 96 + bits));
    }
    let bits = prefix.unwrap_or(128);
    (bits <= 128).then_some((address.parse::<Ipv6Addr>().ok()?.to_bits(), bits))
}

fn mask6(prefix: u32) -> u128 {
    u128::MAX.checked_shl(128 - prefix.min(128)).unwrap_or(0)
}

fn compare6(arguments: &[Value]) -> Option<i64> {
    let (left, right) = (read6(&text(arguments, 0))?, read6(&text(arguments, 1))?);
    let given = arguments.get(2).map_or(Some(128), |_| long(arguments, 2))?;
    let mask = mask6(left.1.min(right.1).min(u32::try_from(given).ok().filter(|bits| *bits <= 128)?));
    Some((left.0 & mask).cmp(&(right.0 & mask)) as i64)
}

fn parse_ipv6(_: &Context, arguments: &[Value]) -> Value {
    let Some((address, prefix)) = read6(&text(arguments, 0)) else { return Value::string("") };
    Value::string(full6(address & mask6(prefix)))
}

/// An address with all its digits.
fn full6(address: u128) -> String {
    let groups = Ipv6Addr::from_bits(address).segments();
    groups.iter().map(|group| format!("{group:04x}")).collect::<Vec<_>>().join(":")
}

fn in_range6(_: &Context, arguments: &[Value]) -> Value {
    let found = read6(&text(arguments, 0)).zip(read6(&text(arguments, 1)));
    bool_or_null(found.map(|((address, own), (range, bits))| bits <= own && (address ^ range) & mask6(bits) == 0))
}
