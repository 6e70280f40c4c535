//! Users, managers and risky users as Graph serves them.

use super::assets::Assets;
use super::people::Person;
use super::world::World;
use crate::lab::entities::Entities;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// Users by object id, and each one's manager.
pub fn users(world: &World) -> (Entities, BTreeMap<String, String>) {
    let people = || world.people.all.iter().chain(&world.services.accounts);
    let users = people().map(|person| (person.object_id.to_string(), user(person))).collect();
    let managers = people().filter_map(|person| {
        let manager = person.manager.as_ref()?;
        Some((person.object_id.to_string(), manager.object_id.to_string()))
    });
    (users, managers.collect())
}

fn user(person: &Person) -> Json {
    let organisation = &Assets::get().organisation;
    let [mobile, desk] = &person.phones;
    json!({
        "id": &*person.object_id,
        "accountEnabled": true,
        "ageGroup": null,
        "businessPhones": [desk],
        "city": person.office.city,
        "companyName": organisation.name,
        "country": person.office.country_name,
        "createdDateTime": person.created(),
        "creationType": null,
        "deletedDateTime": null,
        "department": person.department.name,
        "displayName": &*person.display_name,
        "employeeHireDate": person.hired,
        "employeeId": &*person.employee_id,
        "employeeLeaveDateTime": person.leaves,
        "employeeType": "Employee",
        "givenName": person.given,
        "jobTitle": person.title,
        "mail": &*person.upn,
        "mailNickname": &*person.account_name,
        "mobilePhone": mobile,
        "officeLocation": person.office.city,
        "onPremisesDomainName": organisation.domain,
        "onPremisesSamAccountName": &*person.account_name,
        "onPremisesSecurityIdentifier": &*person.sid,
        "onPremisesSyncEnabled": true,
        "onPremisesUserPrincipalName": &*person.upn,
        "otherMails": [],
        "postalCode": null,
        "preferredLanguage": person.office.language,
        "proxyAddresses": [format!("SMTP:{}", person.upn)],
        "securityIdentifier": &*person.cloud_sid,
        "state": null,
        "streetAddress": null,
        "surname": person.surname,
        "usageLocation": person.office.country,
        "userPrincipalName": &*person.upn,
        "userType": "Member",
    })
}

/// Users that Entra ID Protection ever held at risk, by object id.
pub fn risky_users(world: &World) -> Entities {
    let people = world.people.all.iter();
    let risky = people.filter_map(|person| {
        let risk = world.risk_of(person)?;
        let resource = json!({
            "id": &*person.object_id,
            "isDeleted": false,
            "isProcessing": false,
            "riskDetail": risk.detail,
            "riskLastUpdatedDateTime": risk.updated,
            "riskLevel": risk.level,
            "riskState": risk.state,
            "userDisplayName": &*person.display_name,
            "userPrincipalName": &*person.upn,
        });
        Some((person.object_id.to_string(), resource))
    });
    risky.collect()
}
