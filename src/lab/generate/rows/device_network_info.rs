//! `DeviceNetworkInfo`: a snapshot a network adapter and day.

use super::{Cell, Row, RowWriter, text, when};
use crate::base::Timestamp;
use crate::lab::generate::assets::Assets;
use crate::lab::generate::devices::{Device, DeviceKind};
use serde_json::json;
use std::sync::Arc;

/// A row.
#[derive(Clone, Debug)]
pub struct DeviceNetworkInfo {
    /// When.
    pub at: Timestamp,
    /// Which device.
    pub device: Arc<Device>,
    /// Row number.
    pub report_id: i64,
}

impl Row for DeviceNetworkInfo {
    const TABLE: &'static str = "DeviceNetworkInfo";

    fn at(&self) -> Timestamp {
        self.at
    }

    fn push(self, table: &mut RowWriter) {
        let device = &self.device;
        let domain = Assets::get().organisation.domain.as_str();
        let is_wireless = matches!(device.kind, DeviceKind::Laptop | DeviceKind::Phone);
        let bits = device.entra_id >> 64;
        // A locally administered address, so that it is no maker's.
        let mac = format!("02{:010X}", bits & 0xff_ffff_ffff);
        let gateway = device.ip.rsplit_once('.').map_or(String::new(), |(net, _)| format!("{net}.1"));
        let networks = json!([{ "Name": domain, "Description": domain, "IsConnectedToInternet": true, "Category": "DomainAuthenticated" }]);
        let addresses = json!([{ "IPAddress": &*device.ip, "SubnetPrefix": 24, "AddressType": "Private" }]);
        table.push([
            ("Timestamp", when(self.at)),
            ("DeviceId", text(&device.mde_id)),
            ("DeviceName", text(&device.name)),
            ("NetworkAdapterName", Cell::string(guid_name(bits))),
            ("MacAddress", Cell::string(mac)),
            ("NetworkAdapterType", Cell::Fixed(if is_wireless { "Wireless80211" } else { "Ethernet" })),
            ("NetworkAdapterStatus", Cell::Fixed("Up")),
            ("TunnelType", Cell::Fixed("None")),
            ("ConnectedNetworks", Cell::string(networks.to_string())),
            ("DnsAddresses", Cell::Fixed("[\"10.20.0.10\",\"10.20.0.11\"]")),
            ("DefaultGateways", Cell::string(json!([gateway]).to_string())),
            ("IPAddresses", Cell::string(addresses.to_string())),
            ("ReportId", Cell::Long(self.report_id)),
        ]);
    }
}

/// An adapter's name: a GUID in braces.
fn guid_name(bits: u128) -> String {
    format!("{{{}}}", crate::lab::generate::random::guid_text(bits.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060)))
}
