//! Distances and areas on the earth as a sphere, which is how Kusto computes them unless told otherwise.

use super::arguments::{bag, long, real, text};
use super::signature::{DYNAMIC, LONG, STRING, once, optional};
use super::{Accepts, Context, Eval, Example, Function, Nulls, Parameter, Returns, Signature};
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::{Value as Json, json};

/// This family.
pub static FUNCTIONS: &[&Function] = &[&DISTANCE, &IN_CIRCLE, &IN_POLYGON, &TO_GEOHASH, &FROM_GEOHASH];

/// Of the sphere, in metres.
const RADIUS: f64 = 6_371_010.0;

const NUMBER: Accepts = Accepts::Number;
const TWO_POINTS: &[Parameter] = &[
    once("p1_longitude", NUMBER),
    once("p1_latitude", NUMBER),
    once("p2_longitude", NUMBER),
    once("p2_latitude", NUMBER),
];
const CIRCLE: &[Parameter] = &[
    once("p_longitude", NUMBER),
    once("p_latitude", NUMBER),
    once("pc_longitude", NUMBER),
    once("pc_latitude", NUMBER),
    once("c_radius", NUMBER),
];
const POLYGON: &[Parameter] = &[once("longitude", NUMBER), once("latitude", NUMBER), once("polygon", DYNAMIC)];
const GEOHASH: &[Parameter] = &[once("longitude", NUMBER), once("latitude", NUMBER), optional("accuracy", LONG)];

row_function!(DISTANCE, "geo_distance_2points", TWO_POINTS, Real, "The shortest way between two points of the earth, in metres.",
    "geo-distance-2points-function", "round(geo_distance_2points(-122.407628, 47.578557, -118.275287, 34.019056))" => "1546754.0",
    |_, arguments| distance(arguments).map_or(Value::Null, Value::Real));
row_function!(IN_CIRCLE, "geo_point_in_circle", CIRCLE, Bool, "Whether a point lies within so many metres of another.",
"geo-point-in-circle-function", "geo_point_in_circle(-122.143564, 47.535677, -122.100896, 47.527351, 3500)" => "True",
|_, arguments| match (distance(arguments), real(arguments, 4)) {
    (Some(distance), Some(radius)) if radius >= 0.0 => Value::Bool(distance <= radius),
    _ => Value::Null,
});
row_function!(IN_POLYGON, "geo_point_in_polygon", POLYGON, Bool, "Whether a point lies in a GeoJSON polygon or in one of several; its edges are taken as straight in degrees.",
    "geo-point-in-polygon-function", "geo_point_in_polygon(1, 1, dynamic({'type': 'Polygon', 'coordinates': [[[0,0],[4,0],[4,4],[0,4],[0,0]]]}))" => "True",
    in_polygon);
row_function!(TO_GEOHASH, "geo_point_to_geohash", GEOHASH, String, "The geohash of a point, of so many letters, 5 unless said.",
    "geo-point-to-geohash-function", "geo_point_to_geohash(139.806115, 35.554128, 12)" => "xn76m27ty9g4",
    to_geohash);
row_function!(FROM_GEOHASH, "geo_geohash_to_central_point", &[once("geohash", STRING)], Dynamic, "The middle of a geohash as a GeoJSON point.",
"geo-geohash-to-central-point-function", "geo_geohash_to_central_point('sunny').coordinates[0]" => "42.47314453125",
|_, arguments| from_geohash(&text(arguments, 0)).map_or(Value::Null, |(longitude, latitude)| {
    Value::dynamic(json!({"type": "Point", "coordinates": [longitude, latitude]}))
}));

/// Longitude and latitude at arguments `at` and the next, in degrees; nothing off the earth.
fn point(arguments: &[Value], at: usize) -> Option<(f64, f64)> {
    let (longitude, latitude) = (real(arguments, at)?, real(arguments, at + 1)?);
    ((-180.0..=180.0).contains(&longitude) && (-90.0..=90.0).contains(&latitude)).then_some((longitude, latitude))
}

fn distance(arguments: &[Value]) -> Option<f64> {
    let ((from_x, from_y), (to_x, to_y)) = (point(arguments, 0)?, point(arguments, 2)?);
    let (lat1, lat2) = (from_y.to_radians(), to_y.to_radians());
    let (dy, dx) = ((lat2 - lat1) / 2.0, (to_x - from_x).to_radians() / 2.0);
    let half = dy.sin().powi(2) + lat1.cos() * lat2.cos() * dx.sin().powi(2);
    Some(2.0 * RADIUS * half.sqrt().min(1.0).asin())
}

fn in_polygon(_: &Context, arguments: &[Value]) -> Value {
    let (Some(point), Some(shape)) = (point(arguments, 0), bag(arguments, 2)) else { return Value::Null };
    let Some(coordinates) = shape.get("coordinates").and_then(Json::as_array) else { return Value::Null };
    let polygons: Vec<&Vec<Json>> = match shape.get("type").and_then(Json::as_str) {
        Some("Polygon") => vec![coordinates],
        Some("MultiPolygon") => coordinates.iter().filter_map(Json::as_array).collect(),
        _ => return Value::Null,
    };
    // Rings after the first are holes: a point in one of them is crossed an even number of times.
    let inside = |rings: &&Vec<Json>| rings.iter().filter(|ring| in_ring(point, ring)).count() % 2 == 1;
    Value::Bool(polygons.iter().any(inside))
}

/// Whether a line from the point to the east crosses the ring an odd number of times.
fn in_ring((x, y): (f64, f64), ring: &Json) -> bool {
    let corner = |json: &Json| Some((json.get(0)?.as_f64()?, json.get(1)?.as_f64()?));
    let corners: Vec<(f64, f64)> = ring.as_array().into_iter().flatten().filter_map(corner).collect();
    let edges = corners.iter().zip(corners.iter().cycle().skip(1));
    edges.filter(|((ax, ay), (bx, by))| (*ay > y) != (*by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax).count() % 2
        == 1
}

const LETTERS: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";

fn to_geohash(_: &Context, arguments: &[Value]) -> Value {
    let accuracy = if arguments.len() > 2 { long(arguments, 2) } else { Some(5) };
    let (Some((longitude, latitude)), Some(length @ 1..=18)) = (point(arguments, 0), accuracy) else {
        return Value::string("");
    };
    let (mut x, mut y) = ((-180.0, 180.0), (-90.0, 90.0));
    let (mut hash, mut along) = (String::new(), true);
    for _ in 0..length {
        let mut letter = 0;
        for _ in 0..5 {
            let (range, value) = if along { (&mut x, longitude) } else { (&mut y, latitude) };
            let middle = f64::midpoint(range.0, range.1);
            let upper = value >= middle;
            *range = if upper { (middle, range.1) } else { (range.0, middle) };
            letter = letter << 1 | usize::from(upper);
            along = !along;
        }
        hash.push(char::from(LETTERS.get(letter).copied().unwrap_or(b'0')));
    }
    Value::string(hash)
}

fn from_geohash(hash: &str) -> Option<(f64, f64)> {
    let (mut x, mut y, mut along) = ((-180.0, 180.0), (-90.0, 90.0), true);
    if hash.is_empty() || hash.len() > 18 {
        return None;
    }
    for letter in hash.bytes() {
        let value = LETTERS.iter().position(|known| *known == letter.to_ascii_lowercase())?;
        for bit in (0..5).rev() {
            let range = if along { &mut x } else { &mut y };
            let middle: f64 = f64::midpoint(range.0, range.1);
            *range = if value >> bit & 1 == 1 { (middle, range.1) } else { (range.0, middle) };
            along = !along;
        }
    }
    Some((f64::midpoint(x.0, x.1), f64::midpoint(y.0, y.1)))
}
