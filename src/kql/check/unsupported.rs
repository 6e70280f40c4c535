//! Functions of Kusto that are not here: to be refused by name rather than called unknown.

/// Beginnings of families of which none is here.
static FAMILIES: &[&str] = &["series_", "geo_", "punycode_", "graph_", "node_", "current_", "cursor_", "convert_"];

/// The others that hunting queries use.
static NAMES: &[&str] = &[
    "around",
    "beta_cdf",
    "beta_inv",
    "beta_pdf",
    "bin_auto",
    "cluster",
    "cosine_similarity",
    "covariance",
    "database",
    "dcount_hll",
    "estimate_data_size",
    "extent_id",
    "extent_tags",
    "external_table",
    "gzip_compress_to_base64_string",
    "gzip_decompress_from_base64_string",
    "hash_combine",
    "hash_many",
    "hll",
    "hll_if",
    "hll_merge",
    "ingestion_time",
    "materialized_view",
    "merge_tdigest",
    "new_guid",
    "parse_user_agent",
    "parse_version",
    "parse_xml",
    "percentile_tdigest",
    "percentiles_array",
    "percentilew",
    "percentilesw",
    "rand",
    "rank_tdigest",
    "tdigest",
    "tdigest_merge",
    "todecimal",
    "welch_test",
    "zlib_compress_to_base64_string",
    "zlib_decompress_from_base64_string",
];

/// Whether Kusto has a function called `name` that is not here.
pub(super) fn is_unsupported(name: &str) -> bool {
    NAMES.contains(&name) || FAMILIES.iter().any(|family| name.starts_with(family))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kql::{aggregates, functions};

    #[test]
    fn what_is_here_is_not_called_unsupported() {
        let here = functions::all().map(|function| function.name).chain(aggregates::all().map(|known| known.name));
        assert_eq!(here.filter(|name| is_unsupported(name)).collect::<Vec<_>>(), Vec::<&str>::new());
    }
}
