//! Functions of Kusto that are not here: to be refused by name rather than called unknown.

use crate::kql::functions;
use crate::kql::syntax::GUESSED;

/// Beginnings of families of which few are here or none.
static FAMILIES: &[&str] = &["geo_", "graph_", "node_", "current_", "cursor_", "convert_"];

/// The others that hunting queries use.
static NAMES: &[&str] = &[
    "beta_cdf",
    "beta_inv",
    "beta_pdf",
    "bin_auto",
    "database",
    "extent_id",
    "extent_tags",
    "external_table",
    "hash_combine",
    "hash_many",
    "materialized_view",
    "welch_test",
];

/// Beginnings of the names that a Microsoft Sentinel workspace brings along.
static SENTINEL: &[&str] = &["_GetWatchlist", "_Im_", "_ASim_", "_ASIM_"];

/// Whose data the function `name` reads, where that is another service.
pub(super) fn elsewhere(name: &str) -> Option<&'static str> {
    match name {
        "workspace" => Some("Microsoft Sentinel"),
        "app" => Some("Application Insights"),
        "arg" => Some("Azure Resource Graph"),
        "adx" | "cluster" => Some("Azure Data Explorer"),
        _ => SENTINEL.iter().any(|start| name.starts_with(start)).then_some("Microsoft Sentinel"),
    }
}

/// What to do in place of the plugin `name`, where its answer could only be guessed.
pub(super) fn in_place_of(name: &str) -> Option<&'static str> {
    matches!(name, "autocluster" | "basket" | "diffpatterns").then_some(GUESSED)
}

/// Whether Kusto has a function called `name` that is not here.
pub(super) fn is_unsupported(name: &str) -> bool {
    NAMES.contains(&name) || FAMILIES.iter().any(|family| name.starts_with(family)) && functions::find(name).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kql::aggregates;

    #[test]
    fn what_is_here_is_not_called_unsupported() {
        let here = functions::all().map(|function| function.name).chain(aggregates::all().map(|known| known.name));
        assert_eq!(here.filter(|name| is_unsupported(name)).collect::<Vec<_>>(), Vec::<&str>::new());
    }
}
