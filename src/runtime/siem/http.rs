//! HTTP collectors: Splunk's, Elasticsearch's, and any that takes JSON lines.

use super::{Message, Sink, SinkError, SinkFailure};
use crate::base::{Secret, Timestamp};
use crate::export::{Format, Kind};
use crate::graph::Network;
use crate::graph::http::{Reason, client, reason};
use crate::graph::retry::retry_after;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use serde_json::{Value, json};
use std::time::Duration;
use url::Url;

/// Bytes a request: Splunk's collectors took no more than 1 MB for long.
const BODY_BYTES_MAX: usize = 900_000;
/// How long a request may take.
const TIMEOUT: Duration = Duration::from_secs(60);
/// Times a request is sent before it is given up.
const TRIES_MAX: u32 = 6;
/// The first pause where the collector names none; it doubles each time.
const PAUSE_FIRST: Duration = Duration::from_millis(500);
/// The longest pause.
const PAUSE_MAX: Duration = Duration::from_secs(60);
/// Characters of an answer that are quoted.
const QUOTED_MAX: usize = 200;

/// Whose protocol it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collector {
    /// Splunk's HTTP Event Collector. <https://docs.splunk.com/Documentation/Splunk/latest/Data/FormateventsforHTTPEventCollector>
    Splunk(Format),
    /// Elasticsearch's bulk API. An event that is there already, by its id, is not made again.
    /// <https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk>
    Elastic,
    /// JSON, or text, a line a record.
    Lines(Format),
}

impl Collector {
    /// The protocol that the path of `url` tells of.
    ///
    /// # Errors
    /// Where it does not take `format`.
    pub fn of(url: &Url, format: Format) -> Result<Self, SinkError> {
        let path = url.path();
        if path.contains("/services/collector") {
            return Ok(Self::Splunk(format));
        }
        if !path.ends_with("/_bulk") {
            return Ok(Self::Lines(format));
        }
        if format.is_json() {
            return Ok(Self::Elastic);
        }
        let why = format!("Elasticsearch takes JSON, and {} is none", format.name());
        Err(SinkError::new(SinkFailure::Unacceptable, why, "use --format ecs"))
    }

    const fn scheme(self) -> &'static str {
        match self {
            Self::Splunk(_) => "Splunk",
            Self::Elastic => "ApiKey",
            Self::Lines(_) => "Bearer",
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Elastic => "application/x-ndjson",
            Self::Splunk(_) => "application/json",
            Self::Lines(format) => {
                if format.is_json() {
                    "application/x-ndjson"
                } else {
                    "text/plain; charset=utf-8"
                }
            }
        }
    }

    /// The part of a body that carries `message`.
    fn part(self, message: &Message) -> String {
        match self {
            Self::Lines(_) => format!("{}\n", message.line),
            Self::Elastic => format!("{}\n{}\n", json!({"create": {"_id": message.record.event_id()}}), message.line),
            Self::Splunk(format) => {
                let event = if format.is_json() { message.line.clone() } else { json!(message.line).to_string() };
                let seconds = message.record.changed().map(Timestamp::unix_seconds);
                let time = seconds.map(|seconds| format!("\"time\":{seconds},")).unwrap_or_default();
                let source_type = json!(source_type(message.record.kind(), format));
                format!("{{{time}\"source\":\"watchfloor\",\"sourcetype\":{source_type},\"event\":{event}}}\n")
            }
        }
    }

    /// Why an answer that says success does not mean it.
    fn complaint(self, body: &[u8]) -> Option<(SinkFailure, String)> {
        if self != Self::Elastic {
            return None;
        }
        let answer: Value = serde_json::from_slice(body).unwrap_or_default();
        let Some(items) = answer["items"].as_array() else {
            return Some((SinkFailure::Unacceptable, "no answer of the bulk API".to_owned()));
        };
        let results = items.iter().map(|item| &item["create"]);
        let status = |result: &Value| result["status"].as_u64().unwrap_or_default();
        let failed = |result: &&Value| !matches!(status(result), 200..=299 | 409);
        let worst = results.filter(failed).max_by_key(|result| !matches!(status(result), 429 | 500..=599))?;
        let kind =
            if matches!(status(worst), 429 | 500..=599) { SinkFailure::Unavailable } else { SinkFailure::Unacceptable };
        Some((kind, format!("{} {}", status(worst), worst["error"]["reason"].as_str().unwrap_or("no reason given"))))
    }
}

/// What Splunk's own add-ons call such records where they are as Graph sent them.
const fn source_type(kind: Kind, format: Format) -> &'static str {
    match (format, kind) {
        (Format::Graph, Kind::Alert) => "ms365:defender:incident:alerts",
        (Format::Graph, Kind::Incident) => "ms365:defender:incident",
        (Format::Ecs, _) => "watchfloor:ecs",
        (Format::Ocsf, _) => "watchfloor:ocsf",
        (Format::Cef, _) => "cef",
    }
}

/// A collector.
#[derive(Debug)]
pub struct Posted {
    client: reqwest::Client,
    url: Url,
    collector: Collector,
    authorization: Option<HeaderValue>,
}

impl Posted {
    /// The collector at `url`, which knows us by `token`.
    ///
    /// # Errors
    /// Where this machine cannot call out, or the token cannot be sent.
    pub fn to(url: &Url, collector: Collector, token: Option<Secret>, network: &Network) -> Result<Self, SinkError> {
        let unusable =
            |why: String| SinkError::new(SinkFailure::Unacceptable, why, "check proxy and ca_file of the profile");
        let client = client(url, network).map_err(unusable)?;
        let authorization = token.map(|token| {
            let header = HeaderValue::from_str(&format!("{} {}", collector.scheme(), token.reveal()));
            header.map(|mut header| {
                header.set_sensitive(true);
                header
            })
        });
        let authorization = authorization.transpose().map_err(|_| {
            SinkError::new(
                SinkFailure::Unacceptable,
                "the token has characters that no header takes",
                "check WATCHFLOOR_EXPORT_TOKEN",
            )
        })?;
        Ok(Self { client, url: url.clone(), collector, authorization })
    }

    async fn post(&self, body: &str) -> Result<(), SinkError> {
        let mut pause = PAUSE_FIRST;
        for attempt in 1.. {
            let (failed, asked) = match self.attempt(body).await {
                Ok(()) => return Ok(()),
                Err(failed) => failed,
            };
            if failed.kind != SinkFailure::Unavailable || attempt >= TRIES_MAX {
                return Err(failed);
            }
            tokio::time::sleep(asked.unwrap_or(pause).min(PAUSE_MAX)).await;
            pause = pause.saturating_mul(2);
        }
        Ok(())
    }

    /// Sends once; why it failed, and how long the collector wants to be left alone.
    async fn attempt(&self, body: &str) -> Result<(), (SinkError, Option<Duration>)> {
        let unavailable = |error| {
            let Reason { words, remedy } = reason(error);
            let remedy = remedy.unwrap_or("check the address and that the collector runs");
            SinkError::new(SinkFailure::Unavailable, words, remedy)
        };
        let mut request = self.client.post(self.url.clone()).timeout(TIMEOUT).body(body.to_owned());
        request = request.header(CONTENT_TYPE, self.collector.content_type());
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization.clone());
        }
        let answer = request.send().await.map_err(|error| (unavailable(error), None))?;
        let status = answer.status();
        let asked = answer.headers().get(RETRY_AFTER).and_then(|header| header.to_str().ok());
        let asked = asked.and_then(|header| retry_after(header, Timestamp::now()));
        let body = answer.bytes().await.map_err(|error| (unavailable(error), None))?;
        let complaint = if status.is_success() {
            self.collector.complaint(&body)
        } else {
            let kind = match status.as_u16() {
                401 | 403 => SinkFailure::Refused,
                408 | 429 | 500..=599 => SinkFailure::Unavailable,
                _ => SinkFailure::Unacceptable,
            };
            let words: String = String::from_utf8_lossy(&body).chars().take(QUOTED_MAX).collect();
            Some((kind, format!("{status} {}", words.trim())))
        };
        let Some((kind, why)) = complaint else { return Ok(()) };
        let remedy = match kind {
            SinkFailure::Refused => "give its token in WATCHFLOOR_EXPORT_TOKEN or --token-file",
            SinkFailure::Unavailable => "the collector is busy or down: try again later",
            SinkFailure::Unacceptable | SinkFailure::Content => {
                "the collector does not take this: check --format, and the path of the address"
            }
        };
        Err((SinkError::new(kind, why.trim(), remedy), asked))
    }
}

impl Sink for Posted {
    fn send<'a>(&'a mut self, batch: &'a [Message]) -> BoxFuture<'a, Result<(), SinkError>> {
        async move {
            let mut body = String::new();
            for message in batch {
                let part = self.collector.part(message);
                if !body.is_empty() && body.len() + part.len() > BODY_BYTES_MAX {
                    self.post(&std::mem::take(&mut body)).await?;
                }
                body.push_str(&part);
            }
            self.post(&body).await
        }
        .boxed()
    }
}
