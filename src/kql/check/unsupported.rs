//! Functions of Kusto that are not here: to be refused by name rather than called unknown.

/// Beginnings of families of which none is here.
static FAMILIES: &[&str] = &["punycode_", "graph_", "node_", "current_", "cursor_", "convert_"];

/// The others that hunting queries use.
static NAMES: &[&str] = &[
    "arg",
    "around",
    "app",
    "beta_cdf",
    "beta_inv",
    "beta_pdf",
    "bin_auto",
    "cluster",
    "cosine_similarity",
    "covariance",
    "database",
    "datetime_local_to_utc",
    "datetime_utc_to_local",
    "dcount_hll",
    "extent_id",
    "extent_tags",
    "external_table",
    "geo_distance_2points",
    "geo_point_in_circle",
    "geo_point_in_polygon",
    "geo_point_to_geohash",
    "gzip_compress_to_base64_string",
    "gzip_decompress_from_base64_string",
    "hash_combine",
    "hash_many",
    "hll",
    "hll_if",
    "hll_merge",
    "materialized_view",
    "merge_tdigest",
    "percentile_tdigest",
    "rank_tdigest",
    "series_decompose_forecast",
    "series_fft",
    "series_fit_2lines",
    "series_fit_2lines_dynamic",
    "series_fit_poly",
    "series_ifft",
    "series_periods_detect",
    "series_periods_validate",
    "series_seasonal",
    "tdigest",
    "tdigest_merge",
    "welch_test",
    "workspace",
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
