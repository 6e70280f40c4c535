//! JSON paths: `$.a.b[0]['c']`.

use serde_json::Value as Json;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into the property of that name.
    Key(String),
    /// To the element at that index; below 0, from the end.
    Index(i64),
}

/// The steps of `path`, which may begin with `$`; `None` where it is none.
pub fn steps(path: &str) -> Option<Vec<Step>> {
    let mut rest = path.strip_prefix('$').unwrap_or(path);
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let (step, after) = bracketed(inside)?;
            steps.push(step);
            rest = after;
        } else {
            let name = rest.strip_prefix('.').unwrap_or(rest);
            let end = name.find(['.', '[']).unwrap_or(name.len());
            let (key, after) = name.split_at_checked(end).filter(|(key, _)| !key.is_empty())?;
            steps.push(Step::Key(key.to_owned()));
            rest = after;
        }
    }
    Some(steps)
}

/// The step whose text follows a `[`, and what follows its `]`.
fn bracketed(inside: &str) -> Option<(Step, &str)> {
    for quote in ['\'', '"'] {
        if let Some(quoted) = inside.strip_prefix(quote) {
            let (key, after) = quoted.split_once(quote)?;
            return Some((Step::Key(key.to_owned()), after.strip_prefix(']')?));
        }
    }
    let (index, after) = inside.split_once(']')?;
    Some((Step::Index(index.trim().parse().ok()?), after))
}

/// What `steps` lead to.
pub fn walk<'a>(json: &'a Json, steps: &[Step]) -> Option<&'a Json> {
    steps.iter().try_fold(json, |json, step| match step {
        Step::Key(key) => json.get(key),
        Step::Index(index) => element(json.as_array()?, *index),
    })
}

/// The element at `index`; below 0, from the end.
pub fn element(list: &[Json], index: i64) -> Option<&Json> {
    let at = if index < 0 { index + list.len() as i64 } else { index };
    list.get(usize::try_from(at).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_into_lists_and_bags() {
        let json = serde_json::json!({"a": [1, {"b c": "x"}]});
        let walked = |path: &str| steps(path).and_then(|steps| walk(&json, &steps).cloned());
        assert_eq!(walked("$.a[1]['b c']"), Some("x".into()));
        assert_eq!(walked("a[-2]"), Some(1.into()));
        assert_eq!(walked("$"), Some(json.clone()));
        for nowhere in ["$.b", "$.a[7]", "$.a.", "$.a[", "$.a['b c'", "$..a"] {
            assert_eq!(walked(nowhere), None, "{nowhere}");
        }
    }
}
