//! The way to the tenant: names, proxy, TLS, clock, and which cloud the tenant says it is in.

use super::finding::Finding;
use crate::base::Timestamp;
use crate::cli::exit::Exit;
use crate::graph::{AuthConfig, Cloud, Network, http};
use jiff::fmt::rfc2822;
use reqwest::header::DATE;
use serde_json::Value;
use std::time::Duration;
use url::Url;

/// How long a check may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// The difference of clocks from which a sign-in by certificate fails; Entra allows five minutes.
const SKEW_BAD: i64 = 300;
/// The difference worth a warning.
const SKEW_WORTH_TELLING: i64 = 60;

/// All checks of the way, in order; each is told as it ends.
pub async fn check(auth: &AuthConfig, tell: impl Fn(Finding)) {
    let way = Way::of(auth, &|name: &str| std::env::var(name).ok());
    tell(way.check().await);
    for (check, address) in [("name of the login service", &auth.authority), ("name of Graph", &auth.graph_root)] {
        tell(resolve(check, address, matches!(way, Way::Through { .. })).await);
    }
    match reach("connection to Graph", &auth.graph_root, &auth.network).await {
        Ok((answer, finding)) => {
            tell(finding);
            if let Some(finding) = clock(&answer, Timestamp::now()) {
                tell(finding);
            }
        }
        Err(finding) => tell(finding),
    }
    if let Some(finding) = cloud(auth).await {
        tell(finding);
    }
}

/// How calls to Graph leave this machine. The profile's proxy counts before the system's.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Way {
    /// Without a proxy, for this reason.
    Direct(&'static str),
    /// Through this proxy; `None` where what is named is no address.
    Through { proxy: Option<Url>, named: String },
}

impl Way {
    fn of(auth: &AuthConfig, variables: &dyn Fn(&str) -> Option<String>) -> Self {
        if http::is_loopback(&auth.graph_root) {
            return Self::Direct("none: loopback is reached directly");
        }
        if let Some(proxy) = &auth.network.proxy {
            return Self::Through { proxy: Some(proxy.clone()), named: "by the profile".to_owned() };
        }
        let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
        let found = names.iter().find_map(|name| Some((name, variables(name).filter(|value| !value.is_empty())?)));
        let Some((name, value)) = found else { return Self::Direct("none named by the profile or the environment") };
        // Without a scheme it is a host and a port.
        let proxy =
            Url::parse(&value).ok().filter(Url::has_host).or_else(|| Url::parse(&format!("http://{value}")).ok());
        Self::Through { proxy, named: format!("by {name}, unless NO_PROXY names the host") }
    }

    /// Whether anybody listens at the proxy.
    async fn check(&self) -> Finding {
        const CHECK: &str = "proxy";
        const REMEDY: &str = "correct the proxy, or start it";
        let (proxy, named) = match self {
            Self::Direct(why) => return Finding::good(CHECK, *why),
            Self::Through { proxy: None, named } => {
                return Finding::bad(CHECK, format!("what is named {named} is no address"), REMEDY, Exit::Failed);
            }
            Self::Through { proxy: Some(proxy), named } => (proxy, named),
        };
        let place = http::origin(proxy);
        let (host, port) = (proxy.host_str().unwrap_or_default(), proxy.port_or_known_default().unwrap_or_default());
        let connect = tokio::net::TcpStream::connect((host.trim_matches(['[', ']']), port));
        match tokio::time::timeout(PATIENCE, connect).await {
            Ok(Ok(_)) => Finding::good(CHECK, format!("through {place}, {named}; it listens")),
            Ok(Err(error)) => {
                let words = format!("through {place}, {named}; it cannot be reached: {error}");
                Finding::bad(CHECK, words, REMEDY, Exit::TryLater)
            }
            Err(_) => {
                Finding::bad(CHECK, format!("through {place}, {named}; it does not answer"), REMEDY, Exit::TryLater)
            }
        }
    }
}

async fn resolve(check: &'static str, address: &Url, is_proxied: bool) -> Finding {
    let (Some(host), Some(port)) = (address.host_str(), address.port_or_known_default()) else {
        return Finding::bad(check, "the address names no host", "correct the profile", Exit::Failed);
    };
    let looked = tokio::time::timeout(PATIENCE, tokio::net::lookup_host((host.trim_matches(['[', ']']), port))).await;
    match looked {
        Ok(Ok(found)) => match found.count() {
            0 => Finding::bad(check, format!("{host} has no address"), "check the name server", Exit::TryLater),
            _ => Finding::good(check, format!("{host} is known")),
        },
        // Behind a proxy the names outside are often not known inside, and need not be.
        _ if is_proxied => Finding::note(check, format!("{host} is not known here; the proxy looks it up")),
        Ok(Err(error)) => Finding::bad(
            check,
            format!("{host}: {error}"),
            "check the name server and the profile's cloud",
            Exit::TryLater,
        ),
        Err(_) => Finding::bad(check, format!("{host}: no answer"), "check the name server", Exit::TryLater),
    }
}

/// Any answer at all shows that TCP, proxy and TLS work.
async fn reach(check: &'static str, address: &Url, network: &Network) -> Result<(reqwest::Response, Finding), Finding> {
    let bad = |reason: http::Reason| {
        Finding::bad(check, reason.words, reason.remedy.unwrap_or("check the network and the proxy"), Exit::TryLater)
    };
    let client = http::client(address, network)
        .map_err(|why| Finding::bad(check, why, "correct the profile's proxy or ca_file", Exit::Failed))?;
    let answer = client.get(address.clone()).timeout(PATIENCE).send().await;
    let answer = answer.map_err(|error| bad(http::reason(error)))?;
    let kind = if address.scheme() == "https" { "TLS stands" } else { "plain http on loopback" };
    let words = format!("{}: {kind}, {:?}", http::origin(address), answer.version());
    Ok((answer, Finding::good(check, words)))
}

/// How far this machine's clock is from the one at the other end.
fn clock(answer: &reqwest::Response, now: Timestamp) -> Option<Finding> {
    let date = answer.headers().get(DATE)?.to_str().ok()?;
    let theirs = rfc2822::DateTimeParser::new().parse_timestamp(date.replace("GMT", "+0000")).ok()?;
    Some(skew(now.unix_seconds() - theirs.as_second()))
}

fn skew(ahead: i64) -> Finding {
    const CHECK: &str = "clock";
    let words = format!("{} s {} Graph's", ahead.abs(), if ahead < 0 { "behind" } else { "ahead of" });
    match ahead.abs() {
        0..SKEW_WORTH_TELLING => Finding::good(CHECK, words),
        SKEW_WORTH_TELLING..SKEW_BAD => Finding::warning(CHECK, words, "set this machine's clock"),
        _ => Finding::bad(CHECK, words, "set this machine's clock: sign-ins fail with it", Exit::Failed),
    }
}

/// What the login service says of the tenant, unless it says nothing: which cloud's Graph it belongs to.
/// <https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc>
async fn cloud(auth: &AuthConfig) -> Option<Finding> {
    const CHECK: &str = "cloud";
    let tenant = Some(&*auth.tenant).filter(|tenant| !tenant.is_empty())?;
    let address = http::join(&auth.authority, &[tenant, "v2.0", ".well-known", "openid-configuration"])?;
    let client = http::client(&address, &auth.network).ok()?;
    let answer = match client.get(address.clone()).timeout(PATIENCE).send().await {
        Ok(answer) => answer,
        Err(error) => {
            let http::Reason { words, remedy } = http::reason(error);
            let words = format!("{}: {words}", http::origin(&address));
            let remedy = remedy.unwrap_or("check the network and the profile's cloud");
            return Some(Finding::bad(CHECK, words, remedy, Exit::TryLater));
        }
    };
    let told: Value = answer.json().await.ok()?;
    let text = |name: &str| told.get(name).and_then(Value::as_str).unwrap_or_default();
    if text("error_description").contains("AADSTS90002") {
        let words = format!("the login service {} knows no tenant {tenant}", http::origin(&auth.authority));
        let remedy = "check the profile's tenant and cloud: a tenant lives in one cloud only";
        return Some(Finding::bad(CHECK, words, remedy, Exit::Refused));
    }
    Some(judge(text("msgraph_host"), &auth.graph_root))
}

/// Whether the tenant's own Graph is the one of the profile.
fn judge(host: &str, graph_root: &Url) -> Finding {
    const CHECK: &str = "cloud";
    let (theirs, ours) = (Cloud::of_graph_host(host), Cloud::of_graph_root(graph_root));
    match (theirs, ours) {
        (Some(theirs), Some(ours)) if theirs == ours => {
            Finding::good(CHECK, format!("the tenant is in {}", ours.name()))
        }
        (Some(theirs), Some(ours)) => Finding::bad(
            CHECK,
            format!("wrong cloud: the tenant is in {}, the profile says {}", theirs.name(), ours.name()),
            format!("set cloud = \"{}\" in the profile", theirs.name()),
            Exit::Refused,
        ),
        _ => Finding::note(CHECK, format!("{} is no cloud of Microsoft's", http::origin(graph_root))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Verdict;
    use super::*;

    #[test]
    fn clocks_that_differ_are_told_by_how_much() {
        let cases = [
            (0, Verdict::Good, "0 s ahead of Graph's"),
            (-59, Verdict::Good, "59 s behind Graph's"),
            (61, Verdict::Warning, "61 s ahead of Graph's"),
            (-300, Verdict::Bad, "300 s behind Graph's"),
        ];
        for (ahead, verdict, words) in cases {
            let finding = skew(ahead);
            assert_eq!((finding.verdict, &*finding.words), (verdict, words));
        }
    }

    #[test]
    fn a_tenant_in_another_cloud_is_told_as_such() {
        let root = |text: &str| Url::parse(text).unwrap();
        let global = root("https://graph.microsoft.com");
        assert_eq!(judge("graph.microsoft.com", &global).verdict, Verdict::Good);
        let wrong = judge("graph.microsoft.us", &global);
        assert_eq!(wrong.words, "wrong cloud: the tenant is in usgov, the profile says global");
        assert_eq!(wrong.remedy, "set cloud = \"usgov\" in the profile");
        assert_eq!(judge("graph.microsoft.com", &root("http://127.0.0.1:8088")).verdict, Verdict::Note);
    }

    #[tokio::test]
    async fn a_proxy_that_nobody_serves_is_told_as_the_cause() {
        let auth = |graph_root: &str| AuthConfig {
            authority: Url::parse(graph_root).unwrap(),
            tenant: String::new(),
            client_id: String::new(),
            graph_root: Url::parse(graph_root).unwrap(),
            credential: crate::graph::Credential::Token(crate::base::Secret::new("t")),
            cache: None,
            network: Network::default(),
            ambient: crate::graph::Ambient::system(Timestamp::now),
        };
        let named = |value: &'static str| move |name: &str| (name == "https_proxy").then(|| value.to_owned());
        let graph = auth("https://graph.microsoft.com");
        let direct = Way::of(&graph, &named("")).check().await;
        assert_eq!((direct.verdict, &*direct.words), (Verdict::Good, "none named by the profile or the environment"));
        assert!(matches!(Way::of(&auth("http://127.0.0.1:1"), &named("http://127.0.0.1:1")), Way::Direct(_)));
        for value in ["http://127.0.0.1:1", "127.0.0.1:1", "http://user:hunter2@127.0.0.1:1"] {
            let found = Way::of(&graph, &named(value)).check().await;
            let start =
                "through http://127.0.0.1:1, by https_proxy, unless NO_PROXY names the host; it cannot be reached: ";
            assert_eq!(found.verdict, Verdict::Bad);
            assert!(found.words.starts_with(start), "{}", found.words);
        }
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let network = Network { proxy: Some(proxy), authorities: Vec::new() };
        let found = Way::of(&AuthConfig { network, ..graph }, &named("")).check().await;
        assert_eq!(found.verdict, Verdict::Good, "{}", found.words);
    }
}
