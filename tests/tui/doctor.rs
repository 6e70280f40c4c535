//! `watchfloor doctor` at terminals of several widths: nothing is cut.

use crate::support::{Lab, Terminal};

#[test]
fn the_doctor_cuts_nothing_however_narrow_the_terminal() {
    let lab = Lab::start_with(&["--scale", "small"]);
    for columns in [39, 80, 200] {
        let mut t = Terminal::start(&["doctor"], columns, 140, &lab.environment());
        t.wait_exit();
        let told = t.text();
        for name in ["SecurityIncident.ReadWrite.All", "IdentityRiskyUser.Read.All", "User-LifeCycleInfo.Read.All"] {
            assert!(told.contains(name), "{columns}: no {name} in\n{told}");
        }
        assert!(!told.contains('…'), "{columns}:\n{told}");
        assert_eq!(told.contains("capability           read"), columns == 200, "{columns}:\n{told}");
    }
}
