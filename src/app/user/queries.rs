//! The query of each section of the user page.

use crate::app::hunt::library::everything;
use crate::app::hunt::literal;
use crate::triage::Person;
use crate::triage::dossier::Section;

/// A pattern in KQL for the name that ends a path or an address.
const LAST_SEGMENT: &str = r#"@"([^/\\]+)$""#;

/// The query whose rows [`Section::facts`] reads; the timeline leaves out the tables `without`, which the tenant has not. Whatever the person's name holds becomes a literal.
pub fn query(section: Section, person: &Person, without: &[String]) -> String {
    let upn = literal::string(person.upn.raw());
    let events = format!("DataSecurityEvents\n| where AccountUpn =~ {upn} and Timestamp > ago(30d)");
    match section {
        Section::Timeline => everything(&upn, without),
        Section::Sequences => format!(
            "{events}\n| where isnotempty(SequenceCorrelationId)\n    \
             or IrmActionCategory in~ (\"Collection\", \"Obfuscation\", \"Exfiltration\", \"Deletion\")\n\
             | extend File = tolower(extract({LAST_SEGMENT}, 1, ObjectId)),\n    \
             Before = tolower(extract({LAST_SEGMENT}, 1, tostring(FileRenameInfo)))\n\
             | summarize First = min(Timestamp), Last = max(Timestamp), Events = count()\n    \
             by Sequence = tostring(SequenceCorrelationId), Category = tostring(IrmActionCategory), File, Before,\n    \
             Hour = bin(Timestamp, 1h)\n\
             | order by First asc"
        ),
        Section::Behaviors => behaviors(&upn),
        Section::Norm => norm(&upn),
        Section::Policies => format!(
            "{events} and isnotempty(IrmPolicyMatchInfo)\n\
             | summarize Events = count() by Policies = tostring(IrmPolicyMatchInfo)\n| order by Events desc"
        ),
        Section::Sensitive => sensitive(&events),
        Section::Devices => format!(
            "{events} and isnotempty(DeviceName)\n\
             | summarize Events = count(), First = min(Timestamp), Last = max(Timestamp) by Device = DeviceName\n\
             | order by Events desc"
        ),
        Section::SignIns => format!(
            "EntraIdSignInEvents\n| where AccountUpn =~ {upn} and Timestamp > ago(30d)\n\
             | summarize SignIns = count(), Failed = countif(ErrorCode != 0), Addresses = dcount(IPAddress),\n    \
             Last = max(Timestamp) by Country\n| order by SignIns desc"
        ),
        Section::Inventory => format!(
            "IdentityInfo\n| where AccountUpn =~ {upn}\n| top 1 by Timestamp desc\n\
             | project AccountDisplayName, Department, JobTitle, Manager, City, Country, IsAccountEnabled, CreatedDateTime,\n    \
             BlastRadius, CriticalityLevel, RiskLevel, RiskStatus, AssignedRoles, GroupMembership"
        ),
    }
}

/// Each behaviour with the person's own usual day and everyone else's average of the same.
fn behaviors(upn: &str) -> String {
    format!(
        "let own = DataSecurityBehaviors\n| where AccountUpn =~ {upn} and Timestamp > ago(30d);\n\
         let usual = own\n| summarize OwnDay = tolong(percentile(ActivityCount, 50)), Days = count() by ActionType;\n\
         let others = DataSecurityBehaviors\n| where AccountUpn !~ {upn} and Timestamp > ago(30d)\n\
         | summarize OthersDay = avg(ActivityCount), Others = dcount(AccountUpn) by ActionType;\n\
         own\n| join kind=leftouter usual on ActionType\n| join kind=leftouter others on ActionType\n\
         | project StartTime, EndTime, ActionType, ActivityCount, IsAnomalous, Description, OwnDay, Days, OthersDay, Others\n\
         | order by IsAnomalous desc, StartTime desc"
    )
}

fn norm(upn: &str) -> String {
    format!(
        "let department = toscalar(DataSecurityEvents\n    \
         | where AccountUpn =~ {upn} and Timestamp > ago(30d) and isnotempty(Department)\n    \
         | top 1 by Timestamp desc | project Department);\n\
         DataSecurityEvents\n\
         | where Timestamp > ago(28d) and (AccountUpn =~ {upn} or Department == department)\n\
         | extend IsOut = IrmActionCategory =~ \"Exfiltration\"\n\
         | summarize Recent = countif(IsOut and Timestamp > ago(7d)), Before = countif(IsOut and Timestamp <= ago(7d))\n    \
         by IsOwn = AccountUpn =~ {upn}, AccountUpn\n\
         | summarize Own = sumif(Recent, IsOwn), OwnBefore = sumif(Before, IsOwn), Others = sumif(Recent, not(IsOwn)),\n    \
         People = countif(not(IsOwn))\n\
         | extend Department = department"
    )
}

fn sensitive(events: &str) -> String {
    format!(
        "union\n(\n{events} and isnotempty(SensitiveInfoTypeInfo)\n\
         | mv-expand Found = todynamic(SensitiveInfoTypeInfo)\n\
         | extend Id = tostring(parse_json(tostring(Found)).SensitiveInfoTypeId)\n\
         | where isnotempty(Id)\n| summarize Events = count() by Kind = \"sensitive type\", Id\n),\n(\n\
         {events} and isnotempty(SensitivityLabelId)\n\
         | summarize Events = count() by Kind = \"label\", Id = SensitivityLabelId\n),\n(\n\
         {events} and isnotempty(PreviousSensitivityLabelId)\n\
         | summarize Events = count() by Kind = \"label changed\", Id = PreviousSensitivityLabelId\n)\n\
         | order by Kind desc, Events desc"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_queries_fit_the_schema_whatever_the_name() {
        for section in Section::ALL {
            let query = query(section, &Person::by_upn("o\"hara\\@contoso.example"), &[]);
            let compiled = crate::kql::compile(&query, crate::kql::Schema::hunting());
            let errors: Vec<String> =
                compiled.diagnostics.iter().filter(|one| one.is_error()).map(|one| one.render(&query)).collect();
            assert_eq!(errors, Vec::<String>::new(), "{section:?}");
        }
    }
}
