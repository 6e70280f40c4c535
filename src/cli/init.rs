//! `watchfloor init`: asks for a tenant, writes a profile, and prints what an administrator must grant.

use super::exit::Exit;
use super::output::{self, Output};
use super::problem::Problem;
use crate::base::near::nearest;
use crate::config::key::{self, Key};
use crate::config::{self, ConfigError};
use crate::graph::{Cloud, permission};
use std::io::{self, Write};

/// Graph's own app id, the same in every tenant.
const GRAPH_APP: &str = "00000003-0000-0000-c000-000000000000";
/// Ways to sign in that a person can be asked about, with the key each needs beside the usual.
const WAYS: [(&str, Option<Key>); 5] = [
    ("device-code", None),
    ("client-secret", Some(key::CLIENT_SECRET_FILE)),
    ("client-certificate", Some(key::CLIENT_CERTIFICATE_FILE)),
    ("azure-cli", None),
    ("managed-identity", None),
];

/// What was answered.
struct Answers {
    name: String,
    values: Vec<(Key, String)>,
    cloud: Cloud,
    way: &'static str,
    client_id: String,
    read_only: bool,
}

/// Asks, writes, and prints. Questions go to standard error and answers come by line on standard input, so that a
/// script can give them.
pub fn run() -> Result<Exit, Problem> {
    let refused = |error: ConfigError| Problem::new("init", error, "");
    let path = config::path(&|name: &str| std::env::var(name).ok()).map_err(refused)?;
    let answers = ask_all()?;
    config::add_profile(&path, &answers.name, &answers.values).map_err(refused)?;
    output::say(&format!("\nwrote profile {} to {}", answers.name, path.display()));
    let mut out = Output::new();
    for line in grants(&answers) {
        out.line(&line)?;
    }
    out.flush()?;
    Ok(Exit::Ok)
}

fn ask_all() -> Result<Answers, Problem> {
    let name = ask("name of the profile", "work", |text| Ok(text.to_owned()))?;
    let cloud = ask("cloud: global, usgov (GCC High), dod or china", "global", |text| one_of(text, Cloud::names()))?;
    let cloud = Cloud::named(&cloud).unwrap_or_default();
    let ways = "how to sign in: device-code, client-secret, client-certificate, azure-cli or managed-identity";
    let way = ask(ways, "device-code", |text| one_of(text, WAYS.iter().map(|(way, _)| *way)))?;
    let (way, file) = WAYS.iter().find(|(known, _)| *known == way).copied().unwrap_or(("device-code", None));
    let is_needless = matches!(way, "azure-cli" | "managed-identity");
    let tenant = ask("tenant id or domain", if is_needless { "-" } else { "" }, required)?;
    let client_id = ask("id of the app registration", if is_needless { "-" } else { "" }, required)?;
    let mut values = vec![(key::CLOUD, cloud.name().to_owned()), (key::AUTH, way.to_owned())];
    // A dash stands for none.
    let named = [(key::TENANT, tenant), (key::CLIENT_ID, client_id.clone())];
    values.extend(named.into_iter().filter(|(_, value)| value != "-"));
    if let Some(file) = file {
        values.push((file, ask(file.what, "", required)?));
    }
    if way == "device-code" {
        let keeps = ask_yes("keep the sign-in between runs, in a file that only you can read?")?;
        values.push((key::TOKEN_CACHE, if keeps { "file" } else { "memory" }.to_owned()));
    }
    let read_only = ask_yes("read only?")?;
    values.push((key::READ_ONLY, read_only.to_string()));
    Ok(Answers { name, values, cloud, way, client_id, read_only })
}

/// Asks until the answer is good or there are no more. An empty one stands for `usual`.
#[expect(clippy::print_stderr, reason = "standard error is the command line's place for words")]
fn ask(question: &str, usual: &str, check: impl Fn(&str) -> Result<String, String>) -> Result<String, Problem> {
    loop {
        let hint = if usual.is_empty() { String::new() } else { format!(" [{usual}]") };
        eprint!("{question}{hint}: ");
        io::stderr().flush()?;
        let mut answer = String::new();
        if io::stdin().read_line(&mut answer)? == 0 {
            return Err(Problem::new("init", "there are no more answers", "nothing was written"));
        }
        let answer = answer.trim();
        match check(if answer.is_empty() { usual } else { answer }) {
            Ok(value) => return Ok(value),
            Err(why) => output::say(&format!("  {why}")),
        }
    }
}

fn ask_yes(question: &str) -> Result<bool, Problem> {
    let yes = ask(&format!("{question} yes or no"), "no", |text| one_of(text, ["yes", "no", "y", "n"]))?;
    Ok(yes.starts_with('y'))
}

fn required(text: &str) -> Result<String, String> {
    if text.is_empty() { Err("it is needed".to_owned()) } else { Ok(text.to_owned()) }
}

fn one_of<'k>(text: &str, known: impl IntoIterator<Item = &'k str>) -> Result<String, String> {
    let known: Vec<&str> = known.into_iter().collect();
    if known.contains(&text) {
        return Ok(text.to_owned());
    }
    let near = nearest(text, known.iter().copied()).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
    Err(format!("not one of {}{near}", known.join(", ")))
}

/// What an administrator must do, line by line.
fn grants(answers: &Answers) -> Vec<String> {
    let is_person = matches!(answers.way, "device-code" | "azure-cli");
    let mut lines = vec![
        "What an administrator must grant".to_owned(),
        String::new(),
        format!(
            "{} permissions of Microsoft Graph, least first; all need admin consent:",
            if is_person { "Delegated" } else { "Application" }
        ),
    ];
    for feature in permission::FEATURES.iter().filter(|feature| !feature.is_response) {
        let needed = feature.write.filter(|_| !answers.read_only).unwrap_or(feature.read);
        let optional = if feature.is_optional { " (optional)" } else { "" };
        lines.push(format!("  {needed:<32}  {}{optional}", feature.what));
    }
    if !answers.read_only {
        let reading: Vec<&str> = permission::wanted(true).collect();
        lines.push(format!("To read only, grant instead: {}", reading.join(", ")));
        let responding: Vec<&str> = permission::wanted_for_responses().collect();
        lines.push(format!("To act on accounts (allow_response = true), grant besides: {}", responding.join(", ")));
    }
    lines.push(String::new());
    lines.extend(commands(answers, is_person));
    lines.push(String::new());
    let role = if answers.read_only { "Security Reader" } else { "Security Operator" };
    if is_person {
        lines.push(format!("Each analyst needs {role} in Microsoft Entra, or the like in Defender's unified RBAC,"));
        lines.push("and for insider-risk alerts and tables a role group in Microsoft Purview:".to_owned());
        lines.push("Insider Risk Management Analysts or Insider Risk Management Investigators.".to_owned());
    }
    lines.push(
        "Microsoft Purview shares insider risk with Defender only where, in its settings under data sharing,"
            .to_owned(),
    );
    lines.push("\"Share user risk details with other security solutions\" is on.".to_owned());
    lines.push(String::new());
    lines.push("Then check it: watchfloor doctor".to_owned());
    lines
}

/// The Azure CLI's commands for it. Ids of permissions are looked up by name, which is the same in every cloud.
fn commands(answers: &Answers, is_person: bool) -> Vec<String> {
    let (list, kind) = if is_person { ("oauth2PermissionScopes", "Scope") } else { ("appRoles", "Role") };
    let cloud = match answers.cloud {
        Cloud::Global => "AzureCloud",
        Cloud::UsGov | Cloud::UsGovDod => "AzureUSGovernment",
        Cloud::China => "AzureChinaCloud",
    };
    let app = if answers.client_id == "-" { "APP-ID" } else { &answers.client_id };
    let permissions: Vec<&str> = permission::wanted(answers.read_only).collect();
    let mut lines = vec!["With the Azure CLI, signed in as an administrator:".to_owned(), String::new()];
    lines.extend([
        format!("  az cloud set --name {cloud}"),
        format!("  for name in {}; do", permissions.join(" ")),
        format!("    id=$(az ad sp show --id {GRAPH_APP} --query \"{list}[?value=='$name'].id | [0]\" --output tsv)"),
        format!("    az ad app permission add --id {app} --api {GRAPH_APP} --api-permissions \"$id={kind}\""),
        "  done".to_owned(),
        format!("  az ad app permission admin-consent --id {app}"),
    ]);
    if answers.way == "device-code" {
        lines.push(format!("  az ad app update --id {app} --is-fallback-public-client true"));
    }
    lines
}
