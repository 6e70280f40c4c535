//! Devices, and the networks people reach the tenant from.

use crate::base::Timestamp;
use std::sync::Arc;

/// What a device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceKind {
    /// A portable computer, one a person.
    Laptop,
    /// A virtual desktop.
    Virtual,
    /// A telephone.
    Phone,
    /// A server.
    Server,
}

impl DeviceKind {
    /// `OSPlatform` of the hunting tables and of Graph's device evidence.
    pub const fn platform(self) -> &'static str {
        match self {
            Self::Laptop | Self::Virtual => "Windows11",
            Self::Phone => "iOS",
            Self::Server => "WindowsServer2022",
        }
    }

    /// `DeviceInfo.DeviceType`.
    pub const fn device_type(self) -> &'static str {
        match self {
            Self::Laptop | Self::Virtual => "Workstation",
            Self::Phone => "Mobile",
            Self::Server => "Server",
        }
    }

    /// `DeviceInfo.MachineGroup` and the evidence's `rbacGroupName`.
    pub const fn group(self) -> &'static str {
        match self {
            Self::Laptop => "Laptops",
            Self::Virtual => "Virtual desktops",
            Self::Phone => "Phones",
            Self::Server => "Servers",
        }
    }
}

/// A managed device.
#[derive(Debug, PartialEq, Eq)]
pub struct Device {
    /// What it is.
    pub kind: DeviceKind,
    /// Host name: `LT-SURNAME-NN` of a laptop.
    pub name: Arc<str>,
    /// Defender for Endpoint id: 40 hexadecimal digits.
    pub mde_id: Arc<str>,
    /// Entra device id.
    pub entra_id: u128,
    /// Windows build; 0 of a telephone.
    pub os_build: i64,
    /// Address in the office network.
    pub ip: Arc<str>,
    /// First seen by Defender for Endpoint.
    pub first_seen: Timestamp,
}

impl Device {
    /// `OSVersionInfo` and the evidence's `version`.
    pub const fn version(&self) -> &'static str {
        match self.os_build {
            0 => "26.1",
            1..22_000 => "21H2",
            22_000..26_000 => "23H2",
            26_000..26_200 => "24H2",
            _ => "25H2",
        }
    }
}

/// A network as it is seen from outside.
#[derive(Debug, PartialEq, Eq)]
pub struct Network {
    /// Public address, in a range reserved for documentation.
    pub ip: Arc<str>,
    /// Two letters.
    pub country: &'static str,
    /// City.
    pub city: &'static str,
    /// Provider.
    pub isp: &'static str,
    /// Degrees north and east, as the tables write them.
    pub coordinates: (&'static str, &'static str),
    /// Whether it is the organisation's own.
    pub is_corporate: bool,
}

/// Where something is done, if not at the person's own laptop in their office.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// Another device than the laptop.
    pub device: Option<Arc<Device>>,
    /// Another network than the office's.
    pub network: Option<Arc<Network>>,
}
