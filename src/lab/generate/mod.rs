//! Makes a tenant: people, noise, stories.

use super::tenant::{LabConfig, Tenant};

/// The tenant that `config` describes.
pub fn generate(config: &LabConfig) -> Tenant {
    let _ = config;
    Tenant::default()
}
