//! The query options of a request, checked against the collection's rules.

use super::advanced;
use super::filter::Filter;
use super::order::Key;
use super::select::{Expand, Select, parse_expand, parse_select};
use super::set::{EntitySet, Service};
use crate::lab::call::Call;
use crate::lab::reply::Problem;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::collections::BTreeSet;

/// What a request asks of a collection.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `$filter`.
    pub filter: Option<Filter>,
    /// `$orderby`.
    pub order: Vec<Key>,
    /// `$select`.
    pub select: Select,
    /// `$expand`.
    pub expand: Vec<Expand>,
    /// `$count=true`, where it is honoured.
    pub count: bool,
    /// Entities to pass over: `$skip`, or what `$skiptoken` says.
    pub skip: usize,
    /// `$top`, or the page size the client prefers.
    pub top: Option<usize>,
}

impl Options {
    /// Reads the options of a request for a collection.
    ///
    /// # Errors
    /// An option that Graph does not know or does not take here, or one it cannot read.
    pub fn read(call: &Call, set: &'static EntitySet) -> Result<Self, Problem> {
        let mut options = Self::default();
        let mut continued = None;
        let mut seen = BTreeSet::new();
        for (name, value) in &call.query {
            let option = canonical(name);
            if option.starts_with('$') && !seen.insert(option.clone()) {
                return Err(Problem::query(format!(
                    "Query option '{option}' was specified more than once, but it must be specified at most once."
                )));
            }
            if option.starts_with('$') && !set.options.contains(&option.as_str()) {
                return Err(refused(&option, call, set));
            }
            match option.as_str() {
                "$filter" => options.filter = Some(Filter::parse(value, set)?),
                "$orderby" => options.order = Key::parse_list(value, set)?,
                "$select" => options.select = parse_select(value, set)?,
                "$expand" => options.expand = parse_expand(value, set)?,
                "$count" => options.count = truth(value)?,
                "$skip" => options.skip = whole("$skip", value)?,
                "$top" => options.top = Some(page_size(whole("$top", value)?, set)?),
                "$skiptoken" => continued = Some(read_skip_token(value)?),
                _ => {}
            }
        }
        if call.counts && !set.options.contains(&"$count") {
            return Err(refused("$count", call, set));
        }
        if set.service == Service::Directory {
            advanced::check(&options, call)?;
            options.count &= call.is_eventual();
        }
        options.skip = continued.unwrap_or(options.skip);
        options.top = options.top.or(call.prefer.max_page_size.map(|size| size.clamp(1, set.page_max)));
        Ok(options)
    }

    /// Reads the options of a request for one entity: `$select` and `$expand`.
    ///
    /// # Errors
    /// Any other option, or a property that does not exist.
    pub fn read_single(call: &Call, set: &'static EntitySet) -> Result<Self, Problem> {
        let options = Self::read(call, set)?;
        let allowed = |name: &str| !name.starts_with('$') || matches!(name, "$select" | "$expand");
        match call.query.iter().map(|(name, _)| canonical(name)).find(|name| !allowed(name)) {
            Some(name) => {
                Err(Problem::query(format!("Query option '{name}' can be applied only to collections of entities.")))
            }
            None => Ok(options),
        }
    }
}

/// Options are taken in any case and, where they are known, without their `$`.
pub fn canonical(name: &str) -> String {
    const KNOWN: [&str; 8] = ["filter", "orderby", "select", "expand", "count", "skip", "top", "search"];
    let lower = name.to_ascii_lowercase();
    if KNOWN.contains(&lower.as_str()) { format!("${lower}") } else { lower }
}

/// An opaque mark for "continue after `passed` entities".
pub fn skip_token(passed: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("lab1:{passed}"))
}

fn read_skip_token(text: &str) -> Result<usize, Problem> {
    let decoded = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let passed = decoded.and_then(|mark| mark.strip_prefix("lab1:").and_then(|passed| passed.parse().ok()));
    passed.ok_or_else(|| Problem::query("The skip token is not valid."))
}

/// Reads a number that an option takes.
///
/// # Errors
/// Anything but digits.
pub fn whole(option: &str, value: &str) -> Result<usize, Problem> {
    let refusal = || {
        Problem::query(format!(
            "Invalid value '{value}' for {option} query option found. The {option} query option requires a \
             non-negative integer value."
        ))
    };
    value.trim().parse().map_err(|_| refusal())
}

fn truth(value: &str) -> Result<bool, Problem> {
    match value.trim().to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Problem::query(format!(
            "Invalid value '{value}' for $count query option found. Valid options are \
             'true' and 'false'."
        ))),
    }
}

fn page_size(top: usize, set: &EntitySet) -> Result<usize, Problem> {
    let max = set.page_max;
    if top <= max {
        return Ok(top);
    }
    Err(match set.service {
        Service::Security => Problem::query(format!(
            "The limit of '{max}' for Top query has been exceeded. The value from the incoming request is '{top}'."
        )),
        Service::Protection | Service::Directory | Service::Reports => Problem::new(
            400,
            "Request_BadRequest",
            format!("Invalid page size specified: '{top}'. Must be between 1 and {max} inclusive."),
        ),
    })
}

/// The refusal of a query option that the collection does not take.
fn refused(option: &str, call: &Call, set: &EntitySet) -> Problem {
    let name = match option {
        "$search" => "Search",
        "$apply" => "Apply",
        "$compute" => "Compute",
        "$count" => "Count",
        "$expand" => "Expand",
        "$skip" => "Skip",
        _ => return Problem::query(format!("The query parameter '{option}' is not supported.")),
    };
    match (set.service, option) {
        (Service::Directory, "$search") if !call.is_eventual() => Problem::unsupported(
            "Request with $search query parameter only works through MSGraph with a special request header: \
             'ConsistencyLevel: eventual'",
        ),
        (Service::Directory, _) => Problem::unsupported(format!("'{option}' is not supported by the service.")),
        _ => Problem::query(format!(
            "Query option '{name}' is not allowed. To allow it, set the 'AllowedQueryOptions' property on \
             EnableQueryAttribute or QueryValidationSettings."
        )),
    }
}
