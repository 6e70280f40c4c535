//! How a fault is ordered: `name[=value][@route][%percent][xN]`.

use super::table::{FAULTS, Fault};
use std::fmt;
use std::str::FromStr;

/// A fault to come: which, where, how often.
#[derive(Clone, Debug)]
pub struct Order {
    /// Which.
    pub fault: &'static Fault,
    /// Its value; the fault's default where none was given.
    pub value: String,
    /// Where.
    pub route: Route,
    /// In how many of 100 requests.
    pub percent: f64,
    /// How often at most; `None` for ever.
    pub times: Option<u32>,
}

/// The beginning of a path: `/v1.0` may be left out, `*` stands for any one segment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route(Vec<String>);

/// Why an order cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrderError {
    /// There is no such fault.
    #[error("no fault {name:?}; known are {}", names())]
    Unknown {
        /// As given.
        name: String,
    },
    /// The fault takes no value, or another.
    #[error("{name} takes {takes}, not {value:?}")]
    Value {
        /// The fault.
        name: &'static str,
        /// What it takes.
        takes: &'static str,
        /// As given.
        value: String,
    },
    /// The route does not begin with a slash.
    #[error("{route:?} is no route: write @/security/incidents, @/users or @/*/oauth2/v2.0/token")]
    Route {
        /// As given.
        route: String,
    },
    /// The percentage is not one.
    #[error("{percent:?} is no percentage: write a number above 0 and up to 100, as in %2.5")]
    Percent {
        /// As given.
        percent: String,
    },
    /// It is to happen no times.
    #[error("a fault that happens x0 times never happens")]
    Never,
}

fn names() -> String {
    FAULTS.iter().map(|fault| fault.name).collect::<Vec<_>>().join(", ")
}

impl FromStr for Order {
    type Err = OrderError;

    /// Reads the parts from the end, so that a value may hold anything but the separators that follow it.
    fn from_str(text: &str) -> Result<Self, OrderError> {
        let text = text.trim();
        let (text, times) = match text.rsplit_once('x').map(|(rest, times)| (rest, times.parse())) {
            Some((_, Ok(0))) => return Err(OrderError::Never),
            Some((rest, Ok(times))) => (rest, Some(times)),
            _ => (text, None),
        };
        let (text, percent) = match text.rsplit_once('%') {
            Some((rest, percent)) => (rest, read_percent(percent)?),
            None => (text, 100.0),
        };
        let (text, route) = match text.split_once('@') {
            Some((rest, route)) => (rest, Some(route.parse()?)),
            None => (text, None),
        };
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        let fault = FAULTS.iter().find(|fault| fault.name == name);
        let fault = fault.ok_or_else(|| OrderError::Unknown { name: name.to_owned() })?;
        let value = value.unwrap_or(fault.value.default).to_owned();
        if !(fault.value.fits)(&value) {
            return Err(OrderError::Value { name: fault.name, takes: fault.value.takes, value });
        }
        let route = route.unwrap_or_else(|| fault.usual_route());
        Ok(Self { fault, value, route, percent, times })
    }
}

fn read_percent(text: &str) -> Result<f64, OrderError> {
    let number = text.parse::<f64>().ok().filter(|number| *number > 0.0 && *number <= 100.0);
    number.ok_or_else(|| OrderError::Percent { percent: text.to_owned() })
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.fault.name)?;
        if !self.value.is_empty() {
            write!(f, "={}", self.value)?;
        }
        write!(f, "@{}%{}", self.route, self.percent)?;
        self.times.map_or(Ok(()), |times| write!(f, "x{times}"))
    }
}

impl FromStr for Route {
    type Err = OrderError;

    fn from_str(text: &str) -> Result<Self, OrderError> {
        if !text.starts_with('/') {
            return Err(OrderError::Route { route: text.to_owned() });
        }
        Ok(Self(segments(text).map(str::to_owned).collect()))
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}", self.0.join("/"))
    }
}

impl Route {
    /// Whether `path` begins with this route, taken whole or from below `/v1.0`.
    pub fn covers(&self, path: &str) -> bool {
        let begins = |path: &str| {
            let mut path = segments(path);
            self.0.iter().all(|wanted| {
                path.next().is_some_and(|segment| wanted == "*" || wanted.eq_ignore_ascii_case(bare(segment)))
            })
        };
        begins(path) || path.strip_prefix("/v1.0").is_some_and(begins)
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

/// A segment without a key in parentheses and without the namespace before an action's name.
fn bare(segment: &str) -> &str {
    let segment = segment.strip_prefix("microsoft.graph.security.").unwrap_or(segment);
    segment.split_once('(').map_or(segment, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_read_and_written() {
        let cases = [
            ("latency", "latency=1000@/v1.0%100"),
            ("429", "429=2.128@/v1.0%100"),
            ("429=date@/security%50x3", "429=date@/security%50x3"),
            ("500x1", "500@/v1.0%100x1"),
            ("hostile-text=bidi%0.5", "hostile-text=bidi@/v1.0%0.5"),
            ("no-table=EmailEvents", "no-table=EmailEvents@/v1.0/security/runHuntingQuery%100"),
            ("503@/*/oauth2/v2.0/token", "503@/*/oauth2/v2.0/token%100"),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse::<Order>().unwrap().to_string(), expected, "{text}");
        }
    }

    #[test]
    fn orders_that_cannot_be_taken_say_why() {
        let cases = [
            ("429=soon", "429 takes seconds, `date` or `none`, not \"soon\""),
            ("html=200", "html takes a status from 400 to 599, not \"200\""),
            ("cut=5", "cut takes no value, not \"5\""),
            ("500@users", "\"users\" is no route: write @/security/incidents, @/users or @/*/oauth2/v2.0/token"),
            ("500%0", "\"0\" is no percentage: write a number above 0 and up to 100, as in %2.5"),
            ("500%1e9", "\"1e9\" is no percentage: write a number above 0 and up to 100, as in %2.5"),
            ("500x0", "a fault that happens x0 times never happens"),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse::<Order>().unwrap_err().to_string(), expected, "{text}");
        }
        let unknown = "lightning".parse::<Order>().unwrap_err().to_string();
        assert!(unknown.starts_with("no fault \"lightning\"; known are latency, jitter, 429"), "{unknown}");
    }

    #[test]
    fn a_route_covers_what_begins_with_it() {
        let cases = [
            ("/security", "/v1.0/security/incidents", true),
            ("/v1.0/security", "/v1.0/security/incidents", true),
            ("/security/incidents", "/v1.0/security/incidents('7')", true),
            ("/security/runHuntingQuery", "/v1.0/security/microsoft.graph.security.runHuntingQuery", true),
            ("/security/incidents/*/alerts", "/v1.0/security/incidents/7/alerts", true),
            ("/security/inc", "/v1.0/security/incidents", false),
            ("/security/incidents/7", "/v1.0/security/incidents", false),
            ("/*/oauth2", "/common/oauth2/v2.0/token", true),
            ("/", "/v1.0/me", true),
        ];
        for (route, path, covered) in cases {
            assert_eq!(route.parse::<Route>().unwrap().covers(path), covered, "{route} {path}");
        }
    }
}
