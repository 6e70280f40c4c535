//! How a lab that this process serves behaves: the flags of `watchfloor lab` beside those of what it contains.

use crate::base::TimeSpan;
use crate::lab::clock::SPEED_MAX;
use crate::lab::faults::Order;
use crate::lab::timespan::parse_duration;
use crate::lab::{LabOptions, live};

/// The flags.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Conduct {
    /// Let things happen: incidents come in, alerts grow, colleagues and a Purview user act
    #[arg(long, global = true)]
    pub live: bool,
    /// How many times as fast as real time the lab's clock goes; 0 stands still [default: 1, with --live 60]
    #[arg(long, global = true, value_parser = speed)]
    pub speed: Option<f64>,
    /// Leave the alerts of an incident alone when it is resolved or assigned
    #[arg(long, global = true)]
    pub no_cascade: bool,
    /// How long after its answer a PATCH has all its effects, as `PT2S`
    #[arg(long, global = true, value_parser = duration)]
    pub patch_lag: Option<TimeSpan>,
    /// How long Defender and Purview take to hear of each other, as `PT30M`, the usual
    #[arg(long, global = true, value_parser = duration)]
    pub purview_delay: Option<TimeSpan>,
    /// Let this go wrong, as often as given: `name[=value][@route][%percent][xN]`, e.g. `429=2@/security%50x3`
    #[arg(long, global = true, value_name = "FAULT")]
    pub fault: Vec<Order>,
    /// Let everything go wrong now and then
    #[arg(long, global = true)]
    pub chaos: bool,
}

impl Conduct {
    /// The lab's options.
    pub fn options(&self) -> LabOptions {
        let usual = LabOptions::default();
        LabOptions {
            live: self.live,
            speed: self.speed.unwrap_or(if self.live { live::SPEED } else { usual.speed }),
            cascade: !self.no_cascade,
            patch_lag: self.patch_lag.unwrap_or(usual.patch_lag),
            purview_delay: self.purview_delay.unwrap_or(usual.purview_delay),
            faults: self.fault.clone(),
            chaos: self.chaos,
            ..usual
        }
    }
}

fn duration(text: &str) -> Result<TimeSpan, String> {
    parse_duration(text).ok_or_else(|| "write an ISO 8601 duration, as PT30M or PT2S".to_owned())
}

fn speed(text: &str) -> Result<f64, String> {
    let speed = text.parse::<f64>().ok().filter(|speed| (0.0..=SPEED_MAX).contains(speed));
    speed.ok_or_else(|| format!("write a number from 0 to {SPEED_MAX}"))
}
