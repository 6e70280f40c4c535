//! What `--to` names.

use super::file::{Appended, Printed};
use super::http::{Collector, Posted};
use super::stream::{Streamed, Wire};
use super::{Sink, SinkError};
use crate::base::Secret;
use crate::export::Format;
use crate::graph::Network;
use crate::graph::http::{origin, unsafe_reason};
use std::path::PathBuf;
use std::str::FromStr;
use url::Url;

/// The usual ports of syslog over TCP (RFC 6587 names none; 514 is custom) and over TLS (RFC 5425).
const PORTS: [(&str, u16); 2] = [("syslog+tcp", 514), ("syslog+tls", 6514)];

/// Where records go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Standard output, a line a record.
    Standard,
    /// A file, which grows by a line a record.
    File(PathBuf),
    /// A syslog collector.
    Syslog {
        /// Name or address.
        host: String,
        /// Port.
        port: u16,
        /// Whether by TLS.
        is_private: bool,
    },
    /// An HTTP collector.
    Http(Url),
}

impl FromStr for Destination {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "-" {
            return Ok(Self::Standard);
        }
        let Some((scheme, _)) = text.split_once("://") else { return Ok(Self::File(text.into())) };
        let url = Url::parse(text).map_err(|error| format!("{error}"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("leave the secret out of the address: WATCHFLOOR_EXPORT_TOKEN carries it".to_owned());
        }
        if let Some((_, usual)) = PORTS.iter().find(|(known, _)| *known == scheme) {
            let host = url.host_str().filter(|host| !host.is_empty()).ok_or("it names no host")?;
            let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
            let port = url.port().unwrap_or(*usual);
            return Ok(Self::Syslog { host, port, is_private: scheme == "syslog+tls" });
        }
        match scheme {
            "http" | "https" => unsafe_reason(&url).map_or(Ok(Self::Http(url)), Err),
            "syslog" | "syslog+udp" => {
                Err("syslog over UDP loses what it cannot carry: use syslog+tcp:// or syslog+tls://".to_owned())
            }
            other => {
                Err(format!("{other} is no way to send; known are -, a file, syslog+tcp://, syslog+tls://, https://"))
            }
        }
    }
}

impl Destination {
    /// Its name in messages and checkpoints: no path or query of an address, which may hold a key.
    pub fn name(&self) -> String {
        match self {
            Self::Standard => "standard output".to_owned(),
            Self::File(path) => path.display().to_string(),
            Self::Syslog { host, port, is_private } => {
                format!("syslog{} {host}:{port}", if *is_private { "+tls" } else { "+tcp" })
            }
            Self::Http(url) => origin(url),
        }
    }

    /// What sends records of the form `format` there.
    ///
    /// # Errors
    /// Where it cannot take that form, or this machine cannot reach anything so.
    pub fn open(&self, format: Format, token: Option<Secret>, network: &Network) -> Result<Box<dyn Sink>, SinkError> {
        Ok(match self {
            Self::Standard => Box::new(Printed),
            Self::File(path) => Box::new(Appended::to(path.clone())),
            Self::Syslog { host, port, is_private } => {
                let wire = if *is_private { Wire::private(network)? } else { Wire::plain() };
                Box::new(Streamed::to(host.clone(), *port, wire))
            }
            Self::Http(url) => Box::new(Posted::to(url, Collector::of(url, format)?, token, network)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_named_and_what_not() {
        let cases = [
            ("-", Ok("standard output")),
            ("out/alerts.jsonl", Ok("out/alerts.jsonl")),
            ("syslog+tcp://siem.example", Ok("syslog+tcp siem.example:514")),
            ("syslog+tls://[::1]:7000", Ok("syslog+tls ::1:7000")),
            ("https://splunk.example:8088/services/collector/event?key=s3cret", Ok("https://splunk.example:8088")),
            ("http://127.0.0.1:9200/x/_bulk", Ok("http://127.0.0.1:9200")),
            ("http://siem.example/", Err("plain http")),
            ("https://me:s3cret@siem.example/", Err("WATCHFLOOR_EXPORT_TOKEN")),
            ("syslog+udp://siem.example", Err("UDP")),
            ("kafka://broker", Err("no way to send")),
        ];
        for (text, expected) in cases {
            match (text.parse::<Destination>(), expected) {
                (Ok(destination), Ok(name)) => assert_eq!(destination.name(), name),
                (Err(why), Err(part)) => assert!(why.contains(part) && !why.contains("s3cret"), "{text}: {why}"),
                (got, _) => panic!("{text}: {got:?}"),
            }
        }
    }
}
