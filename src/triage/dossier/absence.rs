//! Why a table that a section needs is not there, and what would bring it.

/// What brings a table, by how its name begins; the first that fits counts.
/// <https://learn.microsoft.com/defender-xdr/irm-investigate-alerts-defender>,
/// <https://learn.microsoft.com/defender-xdr/advanced-hunting-schema-tables>
const CAUSES: [(&str, &str); 4] = [
    (
        "DataSecurity",
        "Insider Risk shares no data with Defender XDR, or your account holds neither the Insider Risk Management \
         Analysts nor Investigators role: turn on sharing in Purview's settings, or ask for the role.",
    ),
    (
        "EntraIdSignInEvents",
        "The table needs Microsoft Entra ID P2: whoever buys licences can say whether there is one.",
    ),
    (
        "IdentityInfo",
        "The table is filled by Defender for Identity, Defender for Cloud Apps or Sentinel's UEBA: none of them runs here.",
    ),
    ("", "The product that fills the table is not licensed or not set up, or your role does not reach it."),
];

/// The table that the service's words say it cannot find.
pub fn missing_table(message: &str) -> Option<&str> {
    let lower = message.to_ascii_lowercase();
    let at = lower.find("failed to resolve table")?;
    let rest = message.get(at..)?;
    let quote = |c: char| matches!(c, '\'' | '"');
    rest.split(quote).nth(1).filter(|name| !name.is_empty())
}

/// What would bring `table`, a sentence or two.
pub fn remedy(table: &str) -> &'static str {
    CAUSES.iter().find(|(start, _)| table.starts_with(start)).map_or("", |(_, remedy)| remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_missing_table_has_the_cause_of_its_own() {
        let cases = [
            ("Failed to resolve table 'DataSecurityEvents'", Some("DataSecurityEvents"), "Insider Risk shares"),
            (
                "'where' operator: Failed to resolve table or column expression named 'EntraIdSignInEvents'. Fix it",
                Some("EntraIdSignInEvents"),
                "The table needs Microsoft Entra ID P2",
            ),
            ("failed to resolve table \"IdentityInfo\"", Some("IdentityInfo"), "The table is filled by Defender for"),
            ("Failed to resolve table 'EmailEvents'", Some("EmailEvents"), "The product that fills"),
            ("Failed to resolve scalar expression named 'x'", None, ""),
            ("Failed to resolve table", None, ""),
        ];
        for (message, table, start) in cases {
            assert_eq!(missing_table(message), table, "{message}");
            if let Some(table) = table {
                assert!(remedy(table).starts_with(start), "{table}: {}", remedy(table));
            }
        }
    }
}
