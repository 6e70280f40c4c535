//! Properties of mails and messages.

use super::Post;
use crate::lab::generate::content::Message;
use crate::lab::generate::random::guid_text;
use serde_json::{Value as Json, json};

/// `analyzedMessageEvidence`.
pub(super) fn analysed(message: &Message) -> Json {
    let sender = json!({
        "displayName": &*message.sender.0,
        "domainName": Message::domain_of(&message.sender.1),
        "emailAddress": &*message.sender.1,
    });
    let threats: Vec<&str> = message.delivery.threat().into_iter().collect();
    json!({
        "antiSpamDirection": message.direction(),
        "attachmentsCount": message.attachments,
        "deliveryAction": if message.delivery.arrived() { "delivered" } else { "blocked" },
        "deliveryLocation": if message.delivery.arrived() { "inbox" } else { "quarantine" },
        "internetMessageId": message.internet_id(),
        "language": "en",
        "networkMessageId": guid_text(message.network_id),
        "p1Sender": sender,
        "p2Sender": sender,
        "receivedDateTime": message.at,
        "recipientEmailAddress": &*message.recipient.0,
        "senderIp": &*message.sender_ip,
        "subject": &*message.subject,
        "threatDetectionMethods": if threats.is_empty() { json!([]) } else { json!(["AdvancedFilter"]) },
        "threats": threats,
        "urlCount": message.urls.len(),
        "urls": message.urls,
        "urn": format!("urn:MailEntity:{}", guid_text(message.network_id)),
    })
}

/// `mailClusterEvidence` of like mails.
pub(super) fn cluster(messages: &[Message]) -> Json {
    let ids: Vec<String> = messages.iter().map(|message| guid_text(message.network_id)).collect();
    let subject = messages.first().map_or("", |message| &message.subject);
    let first = ids.first().cloned().unwrap_or_default();
    json!({
        "clusterBy": "Subject;P2SenderDomain;ContentType",
        "clusterByValue": subject,
        "emailCount": messages.len(),
        "networkMessageIds": ids,
        "query": format!("(Subject:\"{subject}\")"),
        "urn": format!("urn:MailClusterEntity:{first}"),
    })
}

/// `teamsMessageEvidence`.
pub(super) fn teams(post: &Post, tenant: &str) -> Json {
    let thread = &post.thread;
    let recipients: Vec<&str> = thread.readers.iter().map(|(_, address, _)| &**address).collect();
    let outside: Vec<&str> =
        thread.readers.iter().filter(|(_, _, id)| id.is_none()).map(|(_, address, _)| &**address).collect();
    json!({
        "campaignId": null,
        "channelId": thread.team.as_ref().map(|_| &*thread.id),
        "deliveryAction": "delivered",
        "deliveryLocation": "teams",
        "files": [],
        "groupId": null,
        "isExternal": thread.is_external(),
        "isOwned": true,
        "lastModifiedDateTime": post.at,
        "messageDirection": if thread.is_external() { "outbound" } else { "intraorg" },
        "messageId": (post.at.ticks() / 10_000 - 62_135_596_800_000).to_string(),
        "owningTenantId": tenant,
        "parentMessageId": null,
        "receivedDateTime": post.at,
        "recipients": recipients,
        "senderFromAddress": &*post.sender.upn,
        "senderIP": &*post.sender.egress,
        "sourceAppName": "Teams",
        "sourceId": null,
        "subject": &*post.subject,
        "suspiciousRecipients": outside,
        "threadId": &*thread.id,
        "threadType": if thread.team.is_some() { "channel" } else { "chat" },
        "urls": [],
    })
}
