//! What programs on a computer leave in the `Device…` tables.

use super::{Doing, Remote};
use crate::base::Timestamp;
use crate::lab::generate::content::{Document, Media};
use crate::lab::generate::devices::Device;
use crate::lab::generate::rows::device_events::DeviceEvent;
use crate::lab::generate::rows::device_logon_events::DeviceLogonEvent;
use crate::lab::generate::rows::device_network_events::DeviceNetworkEvent;
use crate::lab::generate::rows::device_process_events::DeviceProcessEvent;
use crate::lab::generate::rows::device_registry_events::DeviceRegistryEvent;
use crate::lab::generate::rows::identity_logon_events::IdentityLogonEvent;
use crate::lab::generate::rows::initiator::Initiator;
use crate::lab::generate::tools::{BROWSER, EXPLORER, GUARD, KERNEL, POWERSHELL, REMOTE_DESKTOP, Tool};
use crate::lab::generate::world::World;
use serde_json::json;
use std::sync::Arc;

impl World {
    pub(super) fn log_on(
        &mut self,
        doing: Doing<'_>,
        logon_type: &'static str,
        from: Option<&Arc<Device>>,
        failure: Option<&'static str>,
    ) {
        let (at, person, device) = (doing.at, Arc::clone(doing.person), Arc::clone(doing.device()));
        if let Some(from) = from.filter(|_| logon_type == "RemoteInteractive") {
            let initiator = Initiator::running(doing.person, from, REMOTE_DESKTOP, at);
            let remote = Remote { domain: Arc::clone(&device.name), ip: Arc::clone(&device.ip), port: 3_389 };
            self.connection(at, initiator, &remote, "ConnectionSuccess", None);
        }
        let report_id = self.random.guid_bits();
        self.rows.add(IdentityLogonEvent::Domain {
            at,
            person: Arc::clone(&person),
            device: Arc::clone(from.unwrap_or(&device)),
            target: from.map(|_| Arc::clone(&device)),
            failure,
            report_id,
        });
        let report_id = self.report_number();
        self.rows.add(DeviceLogonEvent { at, person, device, logon_type, from: from.cloned(), failure, report_id });
    }

    pub(super) fn start(
        &mut self,
        doing: Doing<'_>,
        tool: &'static Tool,
        command_line: Option<Arc<str>>,
        parent: &'static Tool,
    ) {
        let process_id = self.random.between(300, 7_000) * 4;
        self.started(Initiator { command_line, process_id, started: doing.at, ..doing.running(tool) }, parent);
    }

    /// A row of `DeviceProcessEvents`: a program started, which goes on to do other things.
    pub fn started(&mut self, program: Initiator, parent: &'static Tool) {
        let report_id = self.report_number();
        self.rows.add(DeviceProcessEvent { program, parent, report_id });
    }

    /// A row of `DeviceNetworkEvents`.
    pub fn connection(
        &mut self,
        at: Timestamp,
        initiator: Initiator,
        remote: &Remote,
        action_type: &'static str,
        sent: Option<i64>,
    ) {
        let report_id = self.report_number();
        self.rows.add(DeviceNetworkEvent {
            at,
            action_type,
            initiator,
            remote_ip: Arc::clone(&remote.ip),
            remote_port: remote.port,
            remote_url: Some(Arc::clone(&remote.domain)),
            additional: sent.map(|bytes| json!({ "BytesSent": bytes, "direction": "Out" }).to_string().into()),
            report_id,
        });
    }

    /// A row of `DeviceEvents`.
    pub(super) fn note(
        &mut self,
        doing: Doing<'_>,
        action_type: &'static str,
        tool: &'static Tool,
        url: Option<&Arc<str>>,
        additional: &str,
    ) {
        let report_id = self.report_number();
        self.rows.add(DeviceEvent {
            at: doing.at,
            action_type,
            initiator: doing.running(tool),
            document: None,
            url: url.cloned(),
            registry: None,
            additional: additional.into(),
            report_id,
        });
    }

    /// A medium is connected: Windows finds the device, then the drive.
    pub(super) fn mount(&mut self, doing: Doing<'_>, media: &Media) {
        let vendor = media.manufacturer.to_uppercase();
        let device_id = format!(r"USBSTOR\DISK&VEN_{vendor}&PROD_{}\{}&0", media.model.replace(' ', "_"), media.serial);
        let found = json!({
            "ClassName": "DiskDrive", "DeviceDescription": "Disk drive", "DeviceId": device_id,
            "VendorIds": [format!(r"USBSTOR\Disk{vendor}")],
        });
        let mounted = json!({
            "BusType": "7", "DriveLetter": media.drive, "ProductName": media.model, "ProductRevision": "1.00",
            "SerialNumber": media.serial, "Manufacturer": media.manufacturer, "Volume": "",
        });
        for (action, additional) in [("PnpDeviceConnected", found), ("UsbDriveMounted", mounted)] {
            let report_id = self.report_number();
            self.rows.add(DeviceEvent {
                at: doing.at,
                action_type: action,
                initiator: doing.running(KERNEL).of_system(),
                document: None,
                url: None,
                registry: None,
                additional: additional.to_string().into(),
                report_id,
            });
        }
    }

    pub(super) fn set_registry(
        &mut self,
        doing: Doing<'_>,
        initiator: Initiator,
        [key, name, data]: [&Arc<str>; 3],
        previous: Option<Arc<str>>,
    ) {
        let report_id = self.report_number();
        self.rows.add(DeviceRegistryEvent {
            at: doing.at,
            action_type: "RegistryValueSet",
            initiator,
            key: Arc::clone(key),
            name: Arc::clone(name),
            data: Arc::clone(data),
            previous,
            report_id,
        });
    }

    /// A folder is excluded from the antivirus: the command, and the value that the antivirus then keeps.
    pub(super) fn exclude(&mut self, doing: Doing<'_>, folder: &Arc<str>) {
        let command = format!("powershell.exe Add-MpPreference -ExclusionPath '{folder}'");
        self.start(doing, POWERSHELL, Some(command.into()), EXPLORER);
        let additional = json!({ "Command": format!("Add-MpPreference -ExclusionPath '{folder}'") }).to_string();
        self.note(doing, "PowerShellCommand", POWERSHELL, None, &additional);
        let key = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows Defender\Exclusions\Paths".into();
        self.set_registry(doing, doing.running(GUARD).of_system(), [&key, folder, &"0".into()], None);
    }

    pub(super) fn detect(&mut self, doing: Doing<'_>, document: &Document, threat: &str) {
        let additional = json!({
            "ThreatName": threat, "WasRemediated": true, "WasExecutingWhileDetected": false, "Action": 2,
            "ReportSource": "Windows Defender",
        });
        let report_id = self.report_number();
        self.rows.add(DeviceEvent {
            at: doing.at,
            action_type: "AntivirusDetection",
            initiator: doing.running(BROWSER),
            document: Some(document.clone()),
            url: None,
            registry: None,
            additional: additional.to_string().into(),
            report_id,
        });
    }
}
