//! What operations leave in the audit of the tenant: mailboxes, accounts, groups, roles, consent, messages.

use super::{Doing, Operation};
use crate::base::{TimeSpan, Timestamp};
use crate::lab::generate::content::Message;
use crate::lab::generate::evidence::{CloudApp, EXCHANGE, MICROSOFT_365, OAuthApp};
use crate::lab::generate::people::Person;
use crate::lab::generate::rows::cloud_app_events::CloudAppEvent;
use crate::lab::generate::rows::email_post_delivery_events::EmailPostDeliveryEvent;
use crate::lab::generate::rows::identity_directory_events::IdentityDirectoryEvent;
use crate::lab::generate::rows::message_events::{MessageEvent, Thread};
use crate::lab::generate::world::World;
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

impl World {
    pub(super) fn cloud_with(
        &mut self,
        doing: Doing<'_>,
        action_type: &'static str,
        app: &'static CloudApp,
        object: (Arc<str>, &'static str, Arc<str>),
        details: Json,
    ) {
        let row = self.cloud_activity(doing.at, doing.person, action_type, app, object);
        let details = match details {
            Json::Object(details) => Some(Arc::new(details)),
            _ => None,
        };
        self.rows.add(CloudAppEvent { from: doing.notice.place.network.clone(), details, ..row });
    }

    /// A mailbox is read or changed, as Exchange's audit tells it.
    pub(super) fn change_mailbox(&mut self, doing: Doing<'_>, operation: &Operation) {
        let person = doing.person;
        let parameter = |name: &str, value: &str| json!({ "Name": name, "Value": value });
        match operation {
            Operation::MakeInboxRule(name, parameters) => {
                let mut told = vec![
                    parameter("AlwaysDeleteOutlookRulesBlob", "False"),
                    parameter("Force", "False"),
                    parameter("Name", name),
                ];
                told.extend(parameters.iter().map(|(name, value)| parameter(name, value)));
                let object = (Arc::clone(name), "InboxRule", format!(r"{}\{name}", person.upn).into());
                let details = json!({ "Parameters": told, "ResultStatus": "True", "ExternalAccess": false });
                self.cloud_with(doing, "New-InboxRule", EXCHANGE, object, details);
            }
            Operation::ForwardMailbox(to) => {
                let told = [
                    parameter("Identity", &person.upn),
                    parameter("ForwardingSmtpAddress", &format!("smtp:{to}")),
                    parameter("DeliverToMailboxAndForward", "True"),
                ];
                let object = (Arc::clone(&person.upn), "Settings", Arc::clone(&person.upn));
                let details = json!({ "Parameters": told, "ResultStatus": "True", "ExternalAccess": false });
                self.cloud_with(doing, "Set-Mailbox", EXCHANGE, object, details);
            }
            Operation::PurgeMail(count) => {
                let folder = r"\Recoverable Items\Deletions";
                let items: Vec<Json> = (0..(*count).min(20))
                    .map(|number| json!({ "Subject": format!("item {number}"), "ParentFolder": { "Path": folder } }))
                    .collect();
                let object = ("Deletions".into(), "Message", Arc::clone(&person.upn));
                let details = json!({
                    "AffectedItems": items, "ResultStatus": "Succeeded", "LogonType": 0, "MailboxOwnerUPN": &*person.upn,
                    "ItemCount": count,
                });
                self.cloud_with(doing, "HardDelete", EXCHANGE, object, details);
            }
            _ => {
                let object = (Arc::clone(&person.upn), "Mailbox", Arc::clone(&person.upn));
                let row = self.cloud_activity(doing.at, person, "MailItemsAccessed", EXCHANGE, object);
                self.rows.add(CloudAppEvent { from: doing.notice.place.network.clone(), ..row });
            }
        }
    }

    /// An account, a group or a role is changed, on premises and in the cloud.
    pub(super) fn change_directory(&mut self, doing: Doing<'_>, operation: &Operation) {
        let (target, on_premises, in_cloud, changed): (_, _, _, Option<(&str, &Arc<str>)>) = match operation {
            Operation::AddToGroup(member, group) => {
                (member, Some("Group Membership changed"), "Add member to group.", Some(("Group", group)))
            }
            Operation::AddToRole(member, role) => (member, None, "Add member to role.", Some(("Role", role))),
            Operation::ChangePassword(target) => {
                (target, Some("Account Password changed"), "Change user password.", None)
            }
            _ => return,
        };
        if let Some(action_type) = on_premises {
            let additional = changed.map_or_else(
                || json!({ "TARGET_OBJECT.USER": &*target.account_name }),
                |(_, name)| json!({ "TO.GROUP": &**name, "TARGET_OBJECT.USER": &*target.account_name }),
            );
            let report_id = self.random.guid_bits();
            self.rows.add(IdentityDirectoryEvent {
                at: doing.at,
                action_type,
                person: Arc::clone(doing.person),
                device: Arc::clone(doing.device()),
                target: Some(Arc::clone(target)),
                goal: None,
                additional: Arc::new(additional),
                report_id,
            });
        }
        let modified: Vec<Json> = changed
            .map(|(kind, name)| {
                json!({ "Name": format!("{kind}.DisplayName"), "NewValue": format!("\"{name}\""), "OldValue": "" })
            })
            .into_iter()
            .collect();
        let object = (Arc::clone(&target.upn), "User", Arc::clone(&target.object_id));
        let details = json!({ "ModifiedProperties": modified, "ResultStatus": "Success", "Target": [{ "ID": &*target.upn, "Type": 5 }] });
        self.cloud_with(doing, in_cloud, MICROSOFT_365, object, details);
    }

    pub(super) fn consent(&mut self, doing: Doing<'_>, app: &OAuthApp, scopes: &str) {
        let object = (app.name.into(), "Application", app.object_id.as_str().into());
        let row = self.cloud_activity(doing.at, doing.person, "Consent to application.", MICROSOFT_365, object);
        let mut details = Map::new();
        let modified = json!([
            { "Name": "ConsentContext.IsAdminConsent", "NewValue": "False", "OldValue": "" },
            { "Name": "ConsentAction.Permissions", "NewValue": format!("Scope: {scopes}"), "OldValue": "" },
        ]);
        details.insert("ModifiedProperties".to_owned(), modified);
        let from = doing.notice.place.network.clone();
        let oauth_app = Some(app.app_id.as_str().into());
        self.rows.add(CloudAppEvent { oauth_app, from, details: Some(Arc::new(details)), ..row });
    }

    /// A row of `MessageEvents`.
    pub fn message(&mut self, at: Timestamp, person: &Arc<Person>, thread: &Arc<Thread>, subject: &Arc<str>) {
        let report_id = self.random.guid_bits();
        let (person, thread, subject) = (Arc::clone(person), Arc::clone(thread), Arc::clone(subject));
        self.rows.add(MessageEvent { at, person, thread, subject, report_id });
    }

    /// A mail that was delivered is taken out of its mailbox some minutes later.
    pub fn withdraw(&mut self, message: &Message, after: TimeSpan, action_type: &'static str) {
        let at = (message.at + after).min(self.until);
        self.rows.add(EmailPostDeliveryEvent { at, message: message.clone(), action_type });
    }
}
