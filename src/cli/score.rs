//! `watchfloor lab score`: how a session on a served lab compares with the truth.

use super::exit::Exit;
use super::output::Output;
use super::problem::Problem;
use crate::graph::{Network, http};
use reqwest::Method;
use serde_json::Value;
use url::Url;

/// Runs it.
pub async fn run(lab: &Url, reset: bool, json: bool) -> Result<Exit, Problem> {
    if reset {
        ask(lab, Method::POST, &["lab", "score", "reset"]).await?;
    }
    let score = ask(lab, Method::GET, &["lab", "score"]).await?;
    let mut out = Output::new();
    if json {
        out.json(&score)?;
    } else {
        print(&score, lab, &mut out)?;
    }
    out.flush()?;
    Ok(Exit::Ok)
}

/// What the lab at `lab` answers to `method` on one of its own controls.
///
/// # Errors
/// Where no lab answers there, or it has no such thing.
pub async fn ask(lab: &Url, method: Method, path: &[&str]) -> Result<Value, Problem> {
    let remedy = "start one with:  watchfloor lab serve";
    let failed =
        |why: &dyn std::fmt::Display| Problem::new(format!("lab at {lab}"), why, remedy).exiting(Exit::TryLater);
    let url = http::join(lab, path).ok_or_else(|| failed(&"not an address"))?;
    let client = http::client(lab, &Network::default()).map_err(|why| failed(&why))?;
    let answer = client.request(method, url).send().await.map_err(|error| failed(&http::reason(error)))?;
    match answer.status().as_u16() {
        200 => answer.json().await.map_err(|error| failed(&http::reason(error))),
        404 => {
            Err(Problem::new(format!("lab at {lab}"), "it has no such story or control", "").exiting(Exit::NotFound))
        }
        status => Err(failed(&format!("answered {status}"))),
    }
}

fn print(score: &Value, lab: &Url, out: &mut Output) -> Result<(), Problem> {
    let stories = score["stories"].as_array().map_or(&[][..], Vec::as_slice);
    let text = |story: &Value, name: &str| story[name].as_str().unwrap_or_default().to_owned();
    let mark = |story: &Value, name: &str| if story[name] == true { "yes".to_owned() } else { "-".to_owned() };
    let rows: Vec<Vec<String>> = stories
        .iter()
        .map(|story| {
            vec![
                story["number"].to_string(),
                text(story, "incident"),
                after(&story["secondsToTouch"]),
                after(&story["secondsToVerdict"]),
                text(story, "classification"),
                text(story, "determination"),
                mark(story, "assigned"),
                mark(story, "commented"),
                mark(story, "resolved"),
                story["points"].to_string(),
                text(story, "title"),
            ]
        })
        .collect();
    let header = [
        "STORY",
        "INCIDENT",
        "TOUCHED",
        "JUDGED",
        "CLASSIFIED",
        "DETERMINED",
        "TAKEN",
        "NOTED",
        "CLOSED",
        "POINTS",
        "TITLE",
    ];
    out.table(&header, &rows)?;
    out.line("")?;
    out.line(&format!(
        "{} of {} points: {} right, {} wrong, {} undecided, {} not looked at",
        score["points"], score["pointsMax"], score["right"], score["wrong"], score["undecided"], score["missed"]
    ))?;
    if !score["medianSecondsToTouch"].is_null() {
        out.line(&format!("first touch after {} (half of those touched)", after(&score["medianSecondsToTouch"])))?;
    }
    let numbers = |is: &dyn Fn(&Value) -> bool| -> Vec<String> {
        stories.iter().filter(|story| is(story)).map(|story| story["number"].to_string()).collect()
    };
    let wrong = numbers(&|story| story["classification"] == "wrong" || story["determination"] == "wrong");
    let missed = numbers(&|story| story["secondsToTouch"].is_null());
    for (what, stories) in [("wrong", &wrong), ("not looked at", &missed)] {
        if !stories.is_empty() {
            out.line(&format!("{what}: {}", stories.join(", ")))?;
        }
    }
    if let Some(accused) = score["accused"].as_array().filter(|accused| !accused.is_empty()) {
        let accused: Vec<&str> = accused.iter().filter_map(Value::as_str).collect();
        out.line(&format!("accused without cause: {}", accused.join(", ")))?;
    }
    if let Some(number) = wrong.first() {
        out.line(&format!("what it was:  watchfloor lab debrief {number} --url {lab}"))?;
    }
    Ok(())
}

/// Seconds as hours, minutes and seconds.
fn after(seconds: &Value) -> String {
    match seconds.as_i64() {
        Some(seconds) => format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60),
        None => "-".to_owned(),
    }
}
