//! Groups and roles: which there are, and who is a member. Graph's collections and the identity snapshots tell the same.

use super::assets::Assets;
use super::people::Person;
use super::random::Random;
use super::world::World;
use crate::lab::entities::Entities;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// A role of the directory.
#[derive(Debug, PartialEq, Eq)]
pub struct Role {
    /// Name.
    pub name: &'static str,
    /// Id of its template; public.
    pub template: &'static str,
}

/// Global Administrator.
pub const GLOBAL_ADMINISTRATOR: &Role =
    &Role { name: "Global Administrator", template: "62e90394-69f5-4237-9190-012177145e10" };
/// SharePoint Administrator.
pub const SHAREPOINT_ADMINISTRATOR: &Role =
    &Role { name: "SharePoint Administrator", template: "f28a1f50-f6e7-4571-818b-6a12f2af6b6c" };
/// Security Operator.
pub const SECURITY_OPERATOR: &Role =
    &Role { name: "Security Operator", template: "5f2222b1-57c3-48ba-8ad5-d4759f1fde6f" };
/// Every role in use.
pub const ROLES: [&Role; 3] = [GLOBAL_ADMINISTRATOR, SHAREPOINT_ADMINISTRATOR, SECURITY_OPERATOR];

/// The group of everyone.
const EVERYONE: &str = "All Staff";

/// The roles of a person.
pub fn roles_of(person: &Person) -> Vec<&'static Role> {
    match person.department.name.as_str() {
        "Security Operations" => vec![SECURITY_OPERATOR],
        "Information Technology" if person.title == person.department.head => vec![GLOBAL_ADMINISTRATOR],
        _ if person.is_admin && !person.is_service() => vec![SHAREPOINT_ADMINISTRATOR],
        _ => Vec::new(),
    }
}

/// The names of the groups that a person is a direct member of.
pub fn groups_of(person: &Person) -> Vec<String> {
    let mut names = vec![team(&person.department.name)];
    if person.is_service() {
        return vec!["Service Accounts".to_owned()];
    }
    if person.is_admin {
        names.push("Server Administrators".to_owned());
    }
    names
}

fn team(department: &str) -> String {
    format!("{department} Team")
}

/// Groups, roles, and what each user and group is a member of, as Graph serves them.
#[derive(Debug, Default)]
pub struct Memberships {
    /// `groups` by object id.
    pub groups: Entities,
    /// `directoryRoles` by object id.
    pub directory_roles: Entities,
    /// Object ids of groups and roles by object id of the member.
    pub member_of: BTreeMap<String, Vec<String>>,
}

impl Memberships {
    /// The memberships of everyone in `world`.
    pub fn of(world: &World) -> Self {
        let organisation = &Assets::get().organisation;
        let mut made = Self::default();
        let mut ids: BTreeMap<String, String> = BTreeMap::new();
        let teams = organisation.departments.iter().map(|department| (team(&department.name), true));
        let others = ["Server Administrators", "Service Accounts", EVERYONE].map(|name| (name.to_owned(), false));
        for (name, is_team) in teams.chain(others) {
            let id = Random::stream(world.config.seed, &format!("groups/{name}")).guid();
            made.groups.insert(id.clone(), group(&id, &name, is_team, world));
            ids.insert(name, id);
        }
        for role in ROLES {
            let id = Random::stream(world.config.seed, &format!("roles/{}", role.name)).guid();
            made.directory_roles.insert(
                id.clone(),
                json!({
                    "id": id,
                    "deletedDateTime": null,
                    "description": format!("Members hold the role {}.", role.name),
                    "displayName": role.name,
                    "roleTemplateId": role.template,
                }),
            );
            ids.insert(role.name.to_owned(), id);
        }
        for department in &organisation.departments {
            if let (Some(team), Some(everyone)) = (ids.get(&team(&department.name)), ids.get(EVERYONE)) {
                made.member_of.insert(team.clone(), vec![everyone.clone()]);
            }
        }
        for person in world.people.all.iter().chain(&world.services.accounts) {
            let roles = roles_of(person).into_iter().map(|role| role.name.to_owned());
            let of = groups_of(person).into_iter().chain(roles).filter_map(|name| ids.get(&name).cloned());
            made.member_of.insert(person.object_id.to_string(), of.collect());
        }
        made
    }
}

/// A group: a Microsoft 365 group of a department, or a security group.
fn group(id: &str, name: &str, is_team: bool, world: &World) -> Json {
    let domain = &Assets::get().organisation.domain;
    let nickname = name.replace(' ', "-").to_lowercase();
    let address = format!("{nickname}@{domain}");
    json!({
        "id": id,
        "classification": null,
        "createdDateTime": world.people.all.first().map(|first| first.hired),
        "deletedDateTime": null,
        "description": format!("Everyone in {name}."),
        "displayName": name,
        "expirationDateTime": null,
        "groupTypes": if is_team { json!(["Unified"]) } else { json!([]) },
        "isAssignableToRole": false,
        "mail": is_team.then_some(&address),
        "mailEnabled": is_team,
        "mailNickname": nickname,
        "membershipRule": null,
        "membershipRuleProcessingState": null,
        "onPremisesDomainName": null,
        "onPremisesLastSyncDateTime": null,
        "onPremisesNetBiosName": null,
        "onPremisesSamAccountName": null,
        "onPremisesSecurityIdentifier": null,
        "onPremisesSyncEnabled": null,
        "preferredDataLocation": null,
        "preferredLanguage": null,
        "proxyAddresses": if is_team { json!([format!("SMTP:{address}")]) } else { json!([]) },
        "renewedDateTime": null,
        "securityEnabled": !is_team,
        "securityIdentifier": null,
        "theme": null,
        "uniqueName": null,
        "visibility": is_team.then_some("Private"),
    })
}
