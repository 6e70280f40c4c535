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

/// What is known of a cloud.
#[derive(Debug)]
struct Facts {
    cloud: Cloud,
    name: &'static str,
    authority: &'static str,
    graph_root: &'static str,
    has_security: bool,
}

/// Whether the security API exists is read from each cloud's Graph metadata of August 2026.
const CLOUDS: [Facts; 4] = [
    Facts {
        cloud: Cloud::Global,
        name: "global",
        authority: "https://login.microsoftonline.com",
        graph_root: "https://graph.microsoft.com",
        has_security: true,
    },
    Facts {
        cloud: Cloud::UsGov,
        name: "usgov",
        authority: "https://login.microsoftonline.us",
        graph_root: "https://graph.microsoft.us",
        has_security: true,
    },
    Facts {
        cloud: Cloud::UsGovDod,
        name: "dod",
        authority: "https://login.microsoftonline.us",
        graph_root: "https://dod-graph.microsoft.us",
        has_security: true,
    },
    Facts {
        cloud: Cloud::China,
        name: "china",
        authority: "https://login.chinacloudapi.cn",
        graph_root: "https://microsoftgraph.chinacloudapi.cn",
        has_security: false,
    },
];

impl Cloud {
    /// The names that [`Cloud::named`] knows, in the table's order.
    pub fn names() -> impl Iterator<Item = &'static str> {
        CLOUDS.iter().map(|facts| facts.name)
    }

    /// The cloud a configuration calls `name`.
    pub fn named(name: &str) -> Option<Self> {
        CLOUDS.iter().find(|facts| facts.name == name).map(|facts| facts.cloud)
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
        self.facts().has_security
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
        }
        assert_eq!(Cloud::named("mars"), None);
        assert_eq!(Cloud::of_graph_root(&Url::parse("http://127.0.0.1:8080").unwrap()), None);
    }
}
