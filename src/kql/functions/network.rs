//! IPv4 addresses.

use super::arguments::{bool_or_null, list, list_value, long, long_or_null, text};
use super::signature::{DYNAMIC, LONG, STRING, many, once, optional};
use super::{Accepts, Context, Eval, Example, Function, Nulls, Returns, Signature};
use crate::kql::types::Type;
use crate::kql::value::Value;
use core::net::Ipv4Addr;
use serde_json::Value as Json;

/// This family.
pub static FUNCTIONS: &[&Function] = &[
    &IPV4_IS_PRIVATE,
    &IPV4_IS_IN_RANGE,
    &IPV4_IS_IN_ANY_RANGE,
    &IPV4_IS_MATCH,
    &IPV4_COMPARE,
    &IPV4_NETMASK_SUFFIX,
    &PARSE_IPV4,
    &PARSE_IPV4_MASK,
    &FORMAT_IPV4,
    &FORMAT_IPV4_MASK,
    &IPV4_RANGE_TO_CIDR_LIST,
    &HAS_IPV4,
    &HAS_ANY_IPV4,
    &HAS_IPV4_PREFIX,
    &HAS_ANY_IPV4_PREFIX,
];

static IPV4_IS_PRIVATE: Function = Function {
    name: "ipv4_is_private",
    signatures: &[Signature { parameters: &[once("ip", STRING)], returns: Returns::Only(Type::Bool) }],
    summary: "Whether the address is of a private network; null where it is none.",
    source: "https://learn.microsoft.com/kusto/query/ipv4-is-private-function",
    examples: &[
        Example { call: "ipv4_is_private('192.168.1.1')", result: "True" },
        Example { call: "ipv4_is_private('8.8.8.8')", result: "False" },
        Example { call: "ipv4_is_private('10.1.2.3/24')", result: "True" },
        Example { call: "ipv4_is_private('x')", result: "" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(is_private),
};

static IPV4_IS_IN_RANGE: Function = Function {
    name: "ipv4_is_in_range",
    signatures: &[Signature {
        parameters: &[once("ip", STRING), once("ip_range", STRING)],
        returns: Returns::Only(Type::Bool),
    }],
    summary: "Whether the address is in the range; null where one is not readable.",
    source: "https://learn.microsoft.com/kusto/query/ipv4-is-in-range-function",
    examples: &[
        Example { call: "ipv4_is_in_range('192.168.1.6', '192.168.1.1/24')", result: "True" },
        Example { call: "ipv4_is_in_range('192.168.1.1', '192.168.2.1/24')", result: "False" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| bool_or_null(in_range4(&text(arguments, 0), &text(arguments, 1)))),
};

static IPV4_IS_IN_ANY_RANGE: Function = Function {
    name: "ipv4_is_in_any_range",
    signatures: &[
        Signature {
            parameters: &[once("ip", Accepts::Text), once("ranges", DYNAMIC)],
            returns: Returns::Only(Type::Bool),
        },
        Signature {
            parameters: &[once("ip", Accepts::Text), once("ranges", STRING), many("ranges", STRING)],
            returns: Returns::Only(Type::Bool),
        },
    ],
    summary: "Whether the address is in any of the ranges.",
    source: "https://learn.microsoft.com/kusto/query/ipv4-is-in-any-range-function",
    examples: &[
        Example { call: "ipv4_is_in_any_range('192.168.1.6', '10.0.0.0/8', '192.168.1.1/24')", result: "True" },
        Example { call: "ipv4_is_in_any_range('8.8.8.8', dynamic(['10.0.0.0/8']))", result: "False" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(in_any_range4),
};

static IPV4_IS_MATCH: Function = Function {
    name: "ipv4_is_match",
    signatures: &[Signature {
        parameters: &[once("ip1", STRING), once("ip2", STRING), optional("prefix", LONG)],
        returns: Returns::Only(Type::Bool),
    }],
    summary: "Whether two addresses are the same by the bits that count.",
    source: "https://learn.microsoft.com/kusto/query/ipv4-is-match-function",
    examples: &[
        Example { call: "ipv4_is_match('192.168.1.1/24', '192.168.1.255')", result: "True" },
        Example { call: "ipv4_is_match('192.168.1.1', '192.168.1.2', 24)", result: "True" },
        Example { call: "ipv4_is_match('192.168.1.1', '192.168.1.2')", result: "False" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| bool_or_null(compare4(arguments).map(|order| order == 0))),
};

static IPV4_COMPARE: Function = Function {
    name: "ipv4_compare",
    signatures: &[Signature {
        parameters: &[once("ip1", STRING), once("ip2", STRING), optional("prefix", LONG)],
        returns: Returns::Only(Type::Long),
    }],
    summary: "-1, 0 or 1 for the order of two addresses by the bits that count.",
    source: "https://learn.microsoft.com/kusto/query/ipv4-compare-function",
    examples: &[
        Example { call: "ipv4_compare('192.168.1.1', '192.168.1.255')", result: "-1" },
        Example { call: "ipv4_compare('192.168.1.1/24', '192.168.1.255/24')", result: "0" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| long_or_null(compare4(arguments))),
};

static IPV4_NETMASK_SUFFIX: Function = Function {
    name: "ipv4_netmask_suffix",
    signatures: &[Signature { parameters: &[once("ip", STRING)], returns: Returns::Only(Type::Long) }],
    summary: "How many bits count in an address.",
    source: "https://learn.microsoft.com/kusto/query/ipv4-netmask-suffix-function",
    examples: &[
        Example { call: "ipv4_netmask_suffix('10.1.2.3/8')", result: "8" },
        Example { call: "ipv4_netmask_suffix('10.1.2.3')", result: "32" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| {
        long_or_null(Range4::read(&text(arguments, 0)).map(|range| i64::from(range.prefix)))
    }),
};

static PARSE_IPV4: Function = Function {
    name: "parse_ipv4",
    signatures: &[Signature { parameters: &[once("ip", STRING)], returns: Returns::Only(Type::Long) }],
    summary: "The address as a number, masked by its prefix; null where it is none.",
    source: "https://learn.microsoft.com/kusto/query/parse-ipv4-function",
    examples: &[
        Example { call: "parse_ipv4('127.0.0.1')", result: "2130706433" },
        Example { call: "parse_ipv4('192.1.168.2/24')", result: "3221334016" },
        Example { call: "parse_ipv4('1.2.3')", result: "" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(parse_ipv4),
};

static PARSE_IPV4_MASK: Function = Function {
    name: "parse_ipv4_mask",
    signatures: &[Signature {
        parameters: &[once("ip", STRING), once("prefix", LONG)],
        returns: Returns::Only(Type::Long),
    }],
    summary: "The address as a number, masked to so many bits.",
    source: "https://learn.microsoft.com/kusto/query/parse-ipv4-mask-function",
    examples: &[Example { call: "parse_ipv4_mask('192.1.168.2', 31)", result: "3221334018" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(parse_ipv4_mask),
};

static FORMAT_IPV4: Function = Function {
    name: "format_ipv4",
    signatures: &[Signature {
        parameters: &[once("ip", Accepts::Any), optional("prefix", LONG)],
        returns: Returns::Only(Type::String),
    }],
    summary: "An address, given as text or number, masked to so many bits.",
    source: "https://learn.microsoft.com/kusto/query/format-ipv4-function",
    examples: &[
        Example { call: "format_ipv4('192.168.1.255', 24)", result: "192.168.1.0" },
        Example { call: "format_ipv4(3232236031)", result: "192.168.1.255" },
        Example { call: "format_ipv4('x')", result: "" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(format_ipv4),
};

static FORMAT_IPV4_MASK: Function = Function {
    name: "format_ipv4_mask",
    signatures: &[Signature {
        parameters: &[once("ip", Accepts::Any), optional("prefix", LONG)],
        returns: Returns::Only(Type::String),
    }],
    summary: "An address masked to so many bits, in CIDR form.",
    source: "https://learn.microsoft.com/kusto/query/format-ipv4-mask-function",
    examples: &[
        Example { call: "format_ipv4_mask('192.168.1.255', 24)", result: "192.168.1.0/24" },
        Example { call: "format_ipv4_mask('192.168.1.0')", result: "192.168.1.0/32" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(format_ipv4_mask),
};

static HAS_IPV4: Function = Function {
    name: "has_ipv4",
    signatures: &[Signature {
        parameters: &[once("source", Accepts::Text), once("ip", STRING)],
        returns: Returns::Only(Type::Bool),
    }],
    summary: "Whether the text holds the address, not joined to more digits.",
    source: "https://learn.microsoft.com/kusto/query/has-ipv4-function",
    examples: &[
        Example { call: "has_ipv4('05:04:54 127.0.0.1 GET /favicon.ico 404', '127.0.0.1')", result: "True" },
        Example { call: "has_ipv4('127.0.0.12', '127.0.0.1')", result: "False" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(has_ipv4),
};

static HAS_ANY_IPV4: Function = Function {
    name: "has_any_ipv4",
    signatures: &[
        Signature {
            parameters: &[once("source", Accepts::Text), once("ips", DYNAMIC)],
            returns: Returns::Only(Type::Bool),
        },
        Signature {
            parameters: &[once("source", Accepts::Text), once("ip", STRING), many("ip", STRING)],
            returns: Returns::Only(Type::Bool),
        },
    ],
    summary: "Whether the text holds any of the addresses.",
    source: "https://learn.microsoft.com/kusto/query/has-any-ipv4-function",
    examples: &[
        Example { call: "has_any_ipv4('from 127.0.0.1', '10.0.0.1', '127.0.0.1')", result: "True" },
        Example { call: "has_any_ipv4('from 127.0.0.1', dynamic(['10.0.0.1']))", result: "False" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(has_ipv4),
};

static HAS_IPV4_PREFIX: Function = Function {
    name: "has_ipv4_prefix",
    signatures: &[Signature {
        parameters: &[once("source", Accepts::Text), once("ip_prefix", STRING)],
        returns: Returns::Only(Type::Bool),
    }],
    summary: "Whether the text holds an address that begins so; a prefix ends in a dot.",
    source: "https://learn.microsoft.com/kusto/query/has-ipv4-prefix-function",
    examples: &[
        Example { call: "has_ipv4_prefix('from 127.0.0.1', '127.0.')", result: "True" },
        Example { call: "has_ipv4_prefix('from 1127.0.0.1', '127.0.')", result: "False" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(has_ipv4_prefix),
};

static HAS_ANY_IPV4_PREFIX: Function = Function {
    name: "has_any_ipv4_prefix",
    signatures: &[
        Signature {
            parameters: &[once("source", Accepts::Text), once("ip_prefixes", DYNAMIC)],
            returns: Returns::Only(Type::Bool),
        },
        Signature {
            parameters: &[once("source", Accepts::Text), once("ip_prefix", STRING), many("ip_prefix", STRING)],
            returns: Returns::Only(Type::Bool),
        },
    ],
    summary: "Whether the text holds an address that begins in any of these ways.",
    source: "https://learn.microsoft.com/kusto/query/has-any-ipv4-prefix-function",
    examples: &[Example { call: "has_any_ipv4_prefix('from 127.0.0.1', '10.', '127.')", result: "True" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(has_ipv4_prefix),
};

/// An address and how many of its bits count.
#[derive(Clone, Copy)]
struct Range4 {
    address: u32,
    prefix: u32,
}

impl Range4 {
    /// Reads `a.b.c.d` or `a.b.c.d/bits`.
    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (address, prefix) = text.split_once('/').unwrap_or((text, "32"));
        let prefix: u32 = prefix.trim().parse().ok().filter(|bits| *bits <= 32)?;
        Some(Self { address: address.trim().parse::<Ipv4Addr>().ok()?.to_bits(), prefix })
    }

    fn first(self) -> u32 {
        self.address & mask4(self.prefix)
    }

    fn contains(self, address: u32) -> bool {
        address & mask4(self.prefix) == self.first()
    }
}

row_function!(IPV4_RANGE_TO_CIDR_LIST, "ipv4_range_to_cidr_list", &[once("start_ip", STRING), once("end_ip", STRING)], Dynamic,
"The networks that together hold just the addresses between two.",
"ipv4-range-to-cidr-list-function", "ipv4_range_to_cidr_list('1.1.128.0', '1.1.140.255')" => r#"["1.1.128.0/21","1.1.136.0/22","1.1.140.0/24"]"#,
|_, arguments| match (text(arguments, 0).trim().parse::<Ipv4Addr>(), text(arguments, 1).trim().parse::<Ipv4Addr>()) {
    (Ok(first), Ok(last)) => list_value(networks(first.to_bits(), last.to_bits())),
    _ => Value::Null,
});

/// The largest networks, in order, that cover `first..=last`.
fn networks(first: u32, last: u32) -> Vec<Json> {
    let mut networks = Vec::new();
    let mut next = u64::from(first);
    while next <= u64::from(last) {
        let aligned = next.trailing_zeros().min(32);
        let bits = aligned.min((u64::from(last) - next + 1).ilog2());
        networks.push(Json::from(format!("{}/{}", Ipv4Addr::from_bits(next as u32), 32 - bits)));
        next += 1 << bits;
    }
    networks
}

fn mask4(prefix: u32) -> u32 {
    u32::MAX.checked_shl(32 - prefix.min(32)).unwrap_or(0)
}

/// -1, 0 or 1 for the order of two addresses by the bits that count in both; null where one is none.
fn compare4(arguments: &[Value]) -> Option<i64> {
    let (left, right) = (Range4::read(&text(arguments, 0))?, Range4::read(&text(arguments, 1))?);
    let given = arguments.get(2).map_or(Some(32), |_| long(arguments, 2))?;
    let mask = mask4(left.prefix.min(right.prefix).min(u32::try_from(given).ok().filter(|bits| *bits <= 32)?));
    Some((left.address & mask).cmp(&(right.address & mask)) as i64)
}

fn is_private(_: &Context, arguments: &[Value]) -> Value {
    bool_or_null(Range4::read(&text(arguments, 0)).map(|range| Ipv4Addr::from_bits(range.first()).is_private()))
}

fn in_range4(address: &str, range: &str) -> Option<bool> {
    let (address, range) = (Range4::read(address)?, Range4::read(range)?);
    Some(range.prefix <= address.prefix && range.contains(address.first()))
}

/// The arguments from the second on as texts, or the elements of a list given second.
fn several(arguments: &[Value]) -> Vec<String> {
    match list(arguments, 1) {
        Some(elements) => elements.iter().filter_map(|element| element.as_str().map(str::to_owned)).collect(),
        None => (1..arguments.len()).map(|at| text(arguments, at).into_owned()).collect(),
    }
}

fn in_any_range4(_: &Context, arguments: &[Value]) -> Value {
    let address = text(arguments, 0);
    if Range4::read(&address).is_none() {
        return Value::Null;
    }
    Value::Bool(several(arguments).iter().any(|range| in_range4(&address, range) == Some(true)))
}

fn parse_ipv4(_: &Context, arguments: &[Value]) -> Value {
    long_or_null(Range4::read(&text(arguments, 0)).map(|range| i64::from(range.first())))
}

fn parse_ipv4_mask(_: &Context, arguments: &[Value]) -> Value {
    let masked = Range4::read(&text(arguments, 0)).zip(long(arguments, 1).and_then(|bits| u32::try_from(bits).ok()));
    long_or_null(masked.filter(|(_, bits)| *bits <= 32).map(|(range, bits)| i64::from(range.first() & mask4(bits))))
}

/// The masked address of argument 0, a number or text, and the bits that count.
fn masked(arguments: &[Value]) -> Option<Range4> {
    let range = match arguments.first()? {
        Value::String(text) => Range4::read(text)?,
        other => Range4 { address: u32::try_from(other.as_long()?).ok()?, prefix: 32 },
    };
    let bits = arguments.get(1).map_or(Some(32), |_| long(arguments, 1))?;
    let prefix = range.prefix.min(u32::try_from(bits).ok().filter(|bits| *bits <= 32)?);
    Some(Range4 { prefix, ..range })
}

fn format_ipv4(_: &Context, arguments: &[Value]) -> Value {
    Value::string(masked(arguments).map(|range| Ipv4Addr::from_bits(range.first()).to_string()).unwrap_or_default())
}

fn format_ipv4_mask(_: &Context, arguments: &[Value]) -> Value {
    let written = masked(arguments).map(|range| format!("{}/{}", Ipv4Addr::from_bits(range.first()), range.prefix));
    Value::string(written.unwrap_or_default())
}

/// Whether `wanted` stands in `source` as an address: no digit, letter or dot-and-digit joins it on either side.
fn has_address(source: &str, wanted: &str, is_prefix: bool) -> bool {
    source.match_indices(wanted).any(|(at, _)| {
        let before = source.get(..at).and_then(|text| text.chars().next_back());
        let mut after = source.get(at + wanted.len()..).unwrap_or_default().chars();
        let next = after.next();
        let joined = next.is_some_and(char::is_alphanumeric)
            || (next == Some('.') && after.next().is_some_and(|c| c.is_ascii_digit()));
        !before.is_some_and(|c| c.is_alphanumeric() || c == '.') && (is_prefix || !joined)
    })
}

fn has_ipv4(_: &Context, arguments: &[Value]) -> Value {
    let source = text(arguments, 0);
    let is_address = |wanted: &String| wanted.parse::<Ipv4Addr>().is_ok();
    Value::Bool(several(arguments).iter().filter(|wanted| is_address(wanted)).any(|ip| has_address(&source, ip, false)))
}

fn has_ipv4_prefix(_: &Context, arguments: &[Value]) -> Value {
    let source = text(arguments, 0);
    Value::Bool(several(arguments).iter().any(|prefix| {
        if prefix.ends_with('.') {
            has_address(&source, prefix, true)
        } else {
            prefix.parse::<Ipv4Addr>().is_ok() && has_address(&source, prefix, false)
        }
    }))
}
