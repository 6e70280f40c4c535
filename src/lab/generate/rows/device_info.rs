//! `DeviceInfo`: a snapshot a device and day.

use super::{Cell, Row, RowWriter, text, when};
use crate::base::Timestamp;
use crate::lab::generate::assets::Assets;
use crate::lab::generate::devices::{Device, DeviceKind};
use crate::lab::generate::people::Person;
use serde_json::json;
use std::sync::Arc;

/// A row.
#[derive(Clone, Debug)]
pub struct DeviceInfo {
    /// When.
    pub at: Timestamp,
    /// Which device.
    pub device: Arc<Device>,
    /// Who is signed in.
    pub person: Arc<Person>,
    /// Row number.
    pub report_id: i64,
}

impl Row for DeviceInfo {
    const TABLE: &'static str = "DeviceInfo";

    fn at(&self) -> Timestamp {
        self.at
    }

    fn push(self, table: &mut RowWriter) {
        let Self { device, person, .. } = &self;
        let domain = Assets::get().organisation.nt_domain.as_str();
        let users = json!([{ "UserName": &*person.account_name, "DomainName": domain, "Sid": &*person.sid }]);
        let is_phone = device.kind == DeviceKind::Phone;
        let is_server = device.kind == DeviceKind::Server;
        let (vendor, model) = match device.kind {
            DeviceKind::Laptop => ("Lenovo", "ThinkPad T14"),
            DeviceKind::Virtual => ("Microsoft Corporation", "Virtual Machine"),
            DeviceKind::Phone => ("Apple", "iPhone 16"),
            DeviceKind::Server => ("Dell Inc.", "PowerEdge R660"),
        };
        table.push([
            ("Timestamp", when(self.at)),
            ("DeviceId", text(&device.mde_id)),
            ("DeviceName", text(&device.name)),
            ("ClientVersion", Cell::Fixed(if is_phone { "1.1.68030101" } else { "10.8804.26200.1010" })),
            ("PublicIP", text(&person.egress)),
            ("OSArchitecture", Cell::Fixed(if is_phone { "Arm64" } else { "64-bit" })),
            ("OSPlatform", Cell::Fixed(device.kind.platform())),
            ("OSBuild", if is_phone { Cell::Null } else { Cell::Long(device.os_build) }),
            ("IsAzureADJoined", Cell::Bool(!is_server)),
            ("JoinType", Cell::Fixed(if is_server { "Domain Joined" } else { "Hybrid Azure AD Join" })),
            ("AadDeviceId", Cell::guid(device.entra_id)),
            ("LoggedOnUsers", Cell::string(users.to_string())),
            ("OSVersion", Cell::Fixed(if is_phone { "26.1" } else { "10.0" })),
            ("MachineGroup", Cell::Fixed(device.kind.group())),
            ("ReportId", Cell::Long(self.report_id)),
            ("OnboardingStatus", Cell::Fixed("Onboarded")),
            ("DeviceCategory", Cell::Fixed("Endpoint")),
            ("DeviceType", Cell::Fixed(device.kind.device_type())),
            ("Model", Cell::Fixed(model)),
            ("Vendor", Cell::Fixed(vendor)),
            ("OSDistribution", Cell::Fixed(device.kind.platform())),
            ("OSVersionInfo", Cell::Fixed(device.version())),
            ("IsInternetFacing", Cell::Bool(false)),
            ("SensorHealthState", Cell::Fixed("Active")),
            ("IsExcluded", Cell::Bool(false)),
            ("ExposureLevel", Cell::Fixed(if device.entra_id % 9 == 0 { "Medium" } else { "Low" })),
            ("AssetValue", Cell::Fixed(if is_server { "High" } else { "Normal" })),
            ("IsTransient", Cell::Bool(device.kind == DeviceKind::Virtual)),
        ]);
    }
}
