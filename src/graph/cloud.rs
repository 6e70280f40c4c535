//! Microsoft's clouds: where each signs in and where its Graph is. A token of one is worthless in another.
//!
//! <https://learn.microsoft.com/graph/deployments>

use super::http;
use url::Url;

/// A cloud that Microsoft or a partner runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cloud {
    /// The global service, GCC included.
    #[default]
    Global,
    /// US Government L4: GCC High.
    UsGov,
    /// US Government L5: Department of Defense.
    UsGovDod,
    /// China, run by 21Vianet.
    China,
}

/// The parts of Graph that watchfloor works with and that a cloud may lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Api {
    /// Incidents and their comments.
    Incidents,
    /// Alerts and their comments.
    Alerts,
    /// Hunting queries.
    Hunting,
    /// Entra's risky users.
    RiskyUsers,
    /// The directory's users.
    Users,
}

/// All of them.
const ALL: &[Api] = &[Api::Incidents, Api::Alerts, Api::Hunting, Api::RiskyUsers, Api::Users];

/// What is known of a cloud.
#[derive(Debug)]
struct Facts {
    cloud: Cloud,
    name: &'static str,
    /// Other names people know it by.
    aliases: &'static [&'static str],
    authority: &'static str,
    graph_root: &'static str,
    has: &'static [Api],
}

/// What each has is read from each cloud's Graph metadata of August 2026.
const CLOUDS: [Facts; 4] = [
    Facts {
        cloud: Cloud::Global,
        name: "global",
        aliases: &["gcc"],
        authority: "https://login.microsoftonline.com",
        graph_root: "https://graph.microsoft.com",
        has: ALL,
    },
    Facts {
        cloud: Cloud::UsGov,
        name: "usgov",
        aliases: &["gcc-high", "l4"],
        authority: "https://login.microsoftonline.us",
        graph_root: "https://graph.microsoft.us",
        has: ALL,
    },
    Facts {
        cloud: Cloud::UsGovDod,
        name: "dod",
        aliases: &["l5"],
        authority: "https://login.microsoftonline.us",
        graph_root: "https://dod-graph.microsoft.us",
        has: ALL,
    },
    Facts {
        cloud: Cloud::China,
        name: "china",
        aliases: &["21vianet"],
        authority: "https://login.chinacloudapi.cn",
        graph_root: "https://microsoftgraph.chinacloudapi.cn",
        has: &[Api::Users],
    },
];

impl Cloud {
    /// The names that [`Cloud::named`] knows, in the table's order.
    pub fn names() -> impl Iterator<Item = &'static str> {
        CLOUDS.iter().map(|facts| facts.name)
    }

    /// The cloud a configuration calls `name`.
    pub fn named(name: &str) -> Option<Self> {
        let is_it = |facts: &&Facts| facts.name == name || facts.aliases.contains(&name);
        CLOUDS.iter().find(is_it).map(|facts| facts.cloud)
    }

    /// The cloud that says of itself that its Graph is at `host`.
    pub fn of_graph_host(host: &str) -> Option<Self> {
        CLOUDS.iter().find(|facts| facts.graph_root.strip_prefix("https://") == Some(host)).map(|facts| facts.cloud)
    }

    /// The cloud whose Graph is at `graph_root`; `None` for a lab or a custom endpoint.
    pub fn of_graph_root(graph_root: &Url) -> Option<Self> {
        CLOUDS.iter().find(|facts| facts.graph_root == http::origin(graph_root)).map(|facts| facts.cloud)
    }

    /// Its name in the configuration.
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    /// Where it signs in.
    pub fn authority(self) -> &'static str {
        self.facts().authority
    }

    /// Where its Graph is, without the version.
    pub fn graph_root(self) -> &'static str {
        self.facts().graph_root
    }

    /// Whether its Graph has incidents, alerts and hunting at all.
    pub fn has_security(self) -> bool {
        self.has(Api::Incidents)
    }

    /// Whether its Graph has `api`.
    pub fn has(self, api: Api) -> bool {
        self.facts().has.contains(&api)
    }

    fn facts(self) -> &'static Facts {
        match self {
            Self::Global => &CLOUDS[0],
            Self::UsGov => &CLOUDS[1],
            Self::UsGovDod => &CLOUDS[2],
            Self::China => &CLOUDS[3],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cloud_finds_itself_by_name_and_by_address() {
        for facts in &CLOUDS {
            let root = Url::parse(facts.graph_root).unwrap();
            assert!(Url::parse(facts.authority).is_ok());
            assert_eq!(facts.cloud.name(), facts.name);
            assert_eq!(Cloud::named(facts.name), Some(facts.cloud));
            assert_eq!(Cloud::of_graph_root(&root), Some(facts.cloud));
            assert_eq!(Cloud::of_graph_host(root.host_str().unwrap()), Some(facts.cloud));
            assert!(facts.aliases.iter().all(|alias| Cloud::named(alias) == Some(facts.cloud)));
        }
        assert!(Cloud::UsGov.has(Api::Hunting) && !Cloud::China.has(Api::Hunting));
        assert_eq!(Cloud::named("mars"), None);
        assert_eq!(Cloud::of_graph_root(&Url::parse("http://127.0.0.1:8080").unwrap()), None);
    }
}
