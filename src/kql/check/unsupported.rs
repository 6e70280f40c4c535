//! Functions of Kusto that are not here: to be refused by name rather than called unknown.

use crate::kql::functions;

/// Beginnings of families of which few are here or none.
static FAMILIES: &[&str] = &["geo_", "graph_", "node_", "current_", "cursor_", "convert_"];

/// The others that hunting queries use.
static NAMES: &[&str] = &[
    "arg",
    "app",
    "beta_cdf",
    "beta_inv",
    "beta_pdf",
    "bin_auto",
    "cluster",
    "database",
    "extent_id",
    "extent_tags",
    "external_table",
    "hash_combine",
    "hash_many",
    "materialized_view",
    "welch_test",
];

/// Beginnings of the names that a Microsoft Sentinel workspace brings along, and names of its own.
static SENTINEL: &[&str] = &["_GetWatchlist", "_Im_", "_ASim_", "_ASIM_"];

/// Whether `name` is a function of Microsoft Sentinel, over data that only a workspace has.
pub(super) fn is_of_sentinel(name: &str) -> bool {
    name == "workspace" || SENTINEL.iter().any(|start| name.starts_with(start))
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
