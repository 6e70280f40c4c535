//! watchfloor: insider-risk triage for Microsoft Defender XDR at a terminal.

pub mod app;
pub mod base;
pub mod cli;
pub mod config;
pub mod graph;
pub mod kql;
pub mod lab;
pub mod model;
pub mod runtime;
pub mod triage;
pub mod tui;
