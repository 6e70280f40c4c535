//! Where an address is. The documentation ranges of RFC 5737 are the only ones known: the rest of the world's is a
//! commercial table. The places are fictional assignments, *invented*, and the same as the lab's stories use.

use super::arguments::text;
use super::signature::{STRING, once};
use super::{Context, Eval, Example, Function, Nulls, Returns, Signature};
use crate::kql::types::Type;
use crate::kql::value::Value;
use core::net::Ipv4Addr;
use serde_json::json;

/// This family.
pub static FUNCTIONS: &[&Function] = &[&GEO_INFO];

static GEO_INFO: Function = Function {
    name: "geo_info_from_ip_address",
    signatures: &[Signature { parameters: &[once("ip", STRING)], returns: Returns::Only(Type::Dynamic) }],
    summary: "Country, city and coordinates of an address; here of documentation addresses only, others give an empty bag.",
    source: "https://learn.microsoft.com/kusto/query/geo-info-from-ip-address-function",
    examples: &[
        Example { call: "geo_info_from_ip_address('198.51.100.77').country", result: "Nigeria" },
        Example { call: "geo_info_from_ip_address('10.0.0.1').country", result: "" },
        Example { call: "geo_info_from_ip_address('no address')", result: "" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(geo_info),
};

/// First address, last address; country, state and city; latitude and longitude.
type Place = ([u8; 4], [u8; 4], [&'static str; 3], f64, f64);

/// The known places; the first that fits counts.
static PLACES: &[Place] = &[
    ([198, 51, 100, 77], [198, 51, 100, 77], ["Nigeria", "Lagos", "Lagos"], 6.45, 3.39),
    ([203, 0, 113, 101], [203, 0, 113, 101], ["Kazakhstan", "Almaty", "Almaty"], 43.25, 76.95),
    ([203, 0, 113, 140], [203, 0, 113, 140], ["Brazil", "Pernambuco", "Recife"], -8.05, -34.9),
    ([203, 0, 113, 177], [203, 0, 113, 177], ["Vietnam", "Thua Thien-Hue", "Hue"], 16.46, 107.59),
    ([203, 0, 113, 202], [203, 0, 113, 202], ["Morocco", "Fes-Meknes", "Fes"], 34.03, -5.0),
    ([192, 0, 2, 0], [192, 0, 2, 127], ["United Kingdom", "England", "Leeds"], 53.8, -1.55),
    ([192, 0, 2, 128], [192, 0, 2, 255], ["Ireland", "Leinster", "Dublin"], 53.35, -6.26),
    ([198, 51, 100, 0], [198, 51, 100, 255], ["Germany", "Hesse", "Frankfurt am Main"], 50.11, 8.68),
    ([203, 0, 113, 0], [203, 0, 113, 255], ["Singapore", "", "Singapore"], 1.35, 103.82),
];

fn geo_info(_: &Context, arguments: &[Value]) -> Value {
    let Ok(address) = text(arguments, 0).trim().parse::<core::net::IpAddr>() else { return Value::Null };
    let core::net::IpAddr::V4(address) = address else { return Value::dynamic(json!({})) };
    let found =
        PLACES.iter().find(|(first, last, ..)| (Ipv4Addr::from(*first)..=Ipv4Addr::from(*last)).contains(&address));
    Value::dynamic(match found {
        Some((_, _, [country, state, city], latitude, longitude)) => json!({
            "country": country, "state": state, "city": city, "latitude": latitude, "longitude": longitude,
        }),
        None => json!({}),
    })
}
