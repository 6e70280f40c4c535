//! `watchfloor lab stories` and `watchfloor lab debrief`: the planted stories, before and after.

use super::args::Told;
use super::exit::Exit;
use super::output::Output;
use super::problem::Problem;
use super::score::ask;
use crate::lab::LabConfig;
use crate::lab::generate;
use crate::lab::training::tell;
use crate::model::ServiceSource;
use reqwest::Method;
use serde_json::Value;

/// Lists the stories.
pub async fn list(config: LabConfig, told: &Told) -> Result<Exit, Problem> {
    let stories: Vec<Value> = match &told.url {
        Some(url) => {
            let answer = ask(url, Method::GET, &["lab", "stories"]).await?;
            answer["value"].as_array().cloned().unwrap_or_default()
        }
        None => generate::begin(&config).0.stories.iter().map(tell::listed).collect(),
    };
    let mut out = Output::new();
    if told.json {
        for story in &stories {
            out.json(story)?;
        }
    } else {
        let row = |story: &Value| {
            let sources = story["serviceSources"].as_array().map_or(&[][..], Vec::as_slice);
            let badge = |source: &Value| ServiceSource::from_wire(source.as_str().unwrap_or_default()).badge();
            let badges: Vec<&str> = sources.iter().map(badge).collect();
            vec![
                story["number"].to_string(),
                text(story, "incident"),
                text(story, "difficulty"),
                badges.join(" "),
                text(story, "title"),
            ]
        };
        let rows: Vec<Vec<String>> = stories.iter().map(row).collect();
        out.table(&["STORY", "INCIDENT", "DIFFICULTY", "SOURCES", "TITLE"], &rows)?;
    }
    out.flush()?;
    Ok(Exit::Ok)
}

/// Tells the story of that number.
pub async fn debrief(config: LabConfig, number: usize, told: &Told) -> Result<Exit, Problem> {
    let story = if let Some(url) = &told.url {
        ask(url, Method::GET, &["lab", "stories", &number.to_string()]).await?
    } else {
        let (tenant, _) = generate::begin(&config);
        let story = tenant.stories.iter().find(|story| story.file.number == number);
        let remedy = "watchfloor lab stories lists them";
        let missing = || Problem::new("debrief", format!("no story {number}"), remedy).exiting(Exit::NotFound);
        tell::told(story.ok_or_else(missing)?)
    };
    let mut out = Output::new();
    if told.json {
        out.json(&story)?;
    } else {
        print(&story, &mut out)?;
    }
    out.flush()?;
    Ok(Exit::Ok)
}

fn print(story: &Value, out: &mut Output) -> Result<(), Problem> {
    out.line(&format!("{}. {}  (incident {})", story["number"], text(story, "title"), text(story, "incident")))?;
    for person in list_of(story, "people") {
        out.line(&format!("   {person}"))?;
    }
    out.line(&format!("\nVerdict: {}, {}\n", text(story, "classification"), text(story, "determination")))?;
    out.line(&text(story, "what"))?;
    out.line("\nWhat to look for")?;
    for item in list_of(story, "lookFor") {
        out.line(&format!("- {item}"))?;
    }
    out.line(&format!("\nWhy\n{}", text(story, "reasoning")))?;
    out.line("\nTraps")?;
    for item in list_of(story, "traps") {
        out.line(&format!("- {item}"))?;
    }
    for finding in story["findings"].as_array().map_or(&[][..], Vec::as_slice) {
        let rows = finding["rows"].as_u64().unwrap_or(0);
        let unit = if rows == 1 { "row" } else { "rows" };
        out.line(&format!("\n// {} {rows} {unit}.", text(finding, "shows")))?;
        if let Some(says) = finding["says"].as_str() {
            out.line(&format!("// An alert says: {says}"))?;
        }
        out.line(&text(finding, "query"))?;
    }
    Ok(())
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn list_of<'a>(value: &'a Value, name: &str) -> Vec<&'a str> {
    value[name].as_array().map_or(&[][..], Vec::as_slice).iter().filter_map(Value::as_str).collect()
}
