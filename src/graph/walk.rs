//! Lists: their pages, one after the other along the next links.

use super::answer;
use super::client::Request;
use super::endpoint::Call;
use super::page::Reading;
use super::{Client, Error, Page, http};
use crate::base::Untrusted;
use crate::model::{FromJson, Pool, Shape};
use futures_util::Stream;
use std::collections::BTreeSet;
use url::Url;

/// The pages of the list that `request` asks for, each fetched when it is asked for, in parts of `least` items or some
/// more. After an error the stream ends.
pub(super) fn pages<T: FromJson>(
    client: Client,
    request: Result<Request, Error>,
    least: usize,
) -> impl Stream<Item = Result<Page<T>, Error>> + Send {
    let walk = request.map(|request| Walk {
        pool: Pool::packing(client.config().shelf.clone()),
        client,
        seen: BTreeSet::from([request.url.as_str().to_owned()]),
        next: Some(Ok(request)),
        least,
        open: None,
    });
    futures_util::stream::unfold(Some(walk), |walk| async {
        let mut walk = match walk? {
            Ok(walk) => walk,
            Err(error) => return Some((Err(error), None)),
        };
        match walk.page().await? {
            Ok(page) => Some((Ok(page), Some(Ok(walk)))),
            Err(error) => Some((Err(error), None)),
        }
    })
}

/// A walk along next links.
struct Walk<T> {
    client: Client,
    seen: BTreeSet<String>,
    /// The next page, or why it cannot be asked for.
    next: Option<Result<Request, Error>>,
    /// What the pages have in common.
    pool: Pool,
    /// The fewest items of a part.
    least: usize,
    /// The page of which parts are still to come.
    open: Option<Open<T>>,
}

/// A page that is being read.
struct Open<T> {
    call: &'static Call,
    id: String,
    reading: Reading<T>,
    beginning: Untrusted,
}

impl<T: FromJson> Walk<T> {
    /// The next page or part of one; `None` after the last.
    async fn page(&mut self) -> Option<Result<Page<T>, Error>> {
        let mut open = match self.open.take() {
            Some(open) => {
                // Where one thread does all, keys are answered between two parts.
                tokio::task::yield_now().await;
                open
            }
            None => match self.fetch().await? {
                Ok(open) => open,
                Err(error) => return Some(Err(error)),
            },
        };
        let read = open.reading.next(&self.pool, self.least);
        let call = open.call;
        let mut page = match answer::understood(read, call, || open.beginning.clone(), &open.id) {
            Ok(page) => page,
            Err(error) => return Some(Err(error)),
        };
        if page.is_part {
            self.open = Some(open);
        }
        if let Some(link) = &page.next_link {
            if self.seen.len() >= self.client.config().pages_max {
                page.cut = true;
            } else {
                self.next = Some(self.follow(call, link));
            }
        }
        Some(Ok(page))
    }

    /// Fetches the next page.
    async fn fetch(&mut self) -> Option<Result<Open<T>, Error>> {
        let request = match self.next.take()? {
            Ok(request) => request,
            Err(error) => return Some(Err(error)),
        };
        let id = self.client.guid();
        let body = match self.client.exchange(&request, &id).await {
            Ok(body) => body,
            Err(error) => return Some(Err(error)),
        };
        let beginning = answer::beginning(body.beginning());
        Some(Ok(Open { call: request.call, id, reading: Reading::of(body), beginning }))
    }

    fn follow(&mut self, call: &'static Call, link: &str) -> Result<Request, Error> {
        let url = match next_url(&self.client.config().graph_root, link) {
            Ok(url) if !self.seen.insert(url.as_str().to_owned()) => {
                Err("the next page is one already read".to_owned())
            }
            other => other,
        };
        url.map(|url| Request { call, url, body: None }).map_err(|problem| Error::Shape {
            call,
            problem: Shape::new("list", problem),
            client_request_id: self.client.guid(),
        })
    }
}

/// The address of a next link: opaque, and followed only where the token may go, so that a forged answer cannot carry
/// it elsewhere.
fn next_url(graph_root: &Url, link: &str) -> Result<Url, String> {
    let url = Url::parse(link).map_err(|_| "the next page's link is no address".to_owned())?;
    let same = url.origin() == graph_root.origin() && url.username().is_empty() && url.password().is_none();
    if same { Ok(url) } else { Err(format!("the next page is elsewhere: {}", http::origin(&url))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_next_link_stays_with_the_host_that_gave_it() {
        let root = Url::parse("https://graph.microsoft.com").unwrap();
        let cases = [
            ("https://graph.microsoft.com/v1.0/security/incidents?$skiptoken=x", true),
            ("https://graph.microsoft.com:443/beta/x", true),
            ("https://GRAPH.microsoft.com/v1.0/x", true),
            ("http://graph.microsoft.com/v1.0/x", false),
            ("https://graph.microsoft.com:444/v1.0/x", false),
            ("https://graph.microsoft.us/v1.0/x", false),
            ("https://graph.microsoft.com.evil.example/v1.0/x", false),
            ("https://graph.microsoft.com@evil.example/v1.0/x", false),
            ("https://user:password@graph.microsoft.com/v1.0/x", false),
            ("/v1.0/security/incidents", false),
            ("javascript:alert(1)", false),
            ("", false),
        ];
        for (link, allowed) in cases {
            assert_eq!(next_url(&root, link).is_ok(), allowed, "{link}");
        }
    }
}
