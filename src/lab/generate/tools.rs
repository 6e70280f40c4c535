//! The programs that run in the lab. Hashes are of nothing real.

/// A program that touches files, starts others, opens connections.
#[derive(Debug, PartialEq, Eq)]
pub struct Tool {
    /// Image name.
    pub file_name: &'static str,
    /// Image folder.
    pub folder: &'static str,
    /// Maker.
    pub company: &'static str,
    /// Product it belongs to.
    pub product: &'static str,
    /// What it calls itself.
    pub description: &'static str,
    /// Command line where nothing else is said.
    pub command_line: &'static str,
    /// Image name of what starts it.
    pub parent: &'static str,
    /// SHA-1 of the image.
    pub sha1: &'static str,
    /// SHA-256 of the image.
    pub sha256: &'static str,
}

impl Tool {
    /// The program of that image name, in any letter case.
    pub fn named(file_name: &str) -> Option<&'static Self> {
        TOOLS.into_iter().find(|tool| tool.file_name.eq_ignore_ascii_case(file_name))
    }

    /// A number that tells it from the others, the same in every run.
    pub fn number(&self) -> u64 {
        self.file_name
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
    }
}

/// The desktop.
pub const EXPLORER: &Tool = &Tool {
    file_name: "explorer.exe",
    folder: r"C:\Windows",
    company: "Microsoft Corporation",
    product: "Microsoft® Windows® Operating System",
    description: "Windows Explorer",
    command_line: r"C:\Windows\Explorer.EXE",
    parent: "userinit.exe",
    sha1: "ab745f9bfa0285a4262d20ff14848a8d18bec847",
    sha256: "c31a5f5178742d1fed925425a14b83fcba62834c73c7760a4d0be30d08e6b747",
};
/// A browser.
pub const BROWSER: &Tool = &Tool {
    file_name: "msedge.exe",
    folder: r"C:\Program Files (x86)\Microsoft\Edge\Application",
    company: "Microsoft Corporation",
    product: "Microsoft Edge",
    description: "Microsoft Edge",
    command_line: "\"msedge.exe\" --profile-directory=Default",
    parent: "explorer.exe",
    sha1: "30d6967f69bb90b23525bbf6cc0de96156469dab",
    sha256: "f21e40929b57a0041d38b6fef1f8c63b5e78324a11d2f2008f007f52c4faac2f",
};
/// Another browser.
pub const CHROME: &Tool = &Tool {
    file_name: "chrome.exe",
    folder: r"C:\Program Files\Google\Chrome\Application",
    company: "Google LLC",
    product: "Google Chrome",
    description: "Google Chrome",
    command_line: "\"chrome.exe\"",
    parent: "explorer.exe",
    sha1: "cd629b97949e154b8dd0d79b938125e6a04d8b2e",
    sha256: "6506a486439dddb363546d0d6391ff6daf10286e04bbda5a4be4cf4982301adf",
};
/// An editor of documents.
pub const OFFICE_EDITOR: &Tool = &Tool {
    file_name: "EXCEL.EXE",
    folder: r"C:\Program Files\Microsoft Office\root\Office16",
    company: "Microsoft Corporation",
    product: "Microsoft Office",
    description: "Microsoft Excel",
    command_line: "\"EXCEL.EXE\" /dde",
    parent: "explorer.exe",
    sha1: "53a9dc1495799dd1d86b21bb7b972aa5ea8c336c",
    sha256: "962632a38fd18dfaa366cd779b23acf5f0865149eb0a0ad6221455831d4e90ff",
};
/// A writer of letters.
pub const WORD: &Tool = &Tool {
    file_name: "WINWORD.EXE",
    folder: r"C:\Program Files\Microsoft Office\root\Office16",
    company: "Microsoft Corporation",
    product: "Microsoft Office",
    description: "Microsoft Word",
    command_line: "\"WINWORD.EXE\" /n",
    parent: "explorer.exe",
    sha1: "25b016a03b5222da8fa0882eb0cba7ee996440c7",
    sha256: "d6c52ca0d65d5a4bc939c3ff42eeeda2cbfee2200ab0e8308bb5d710ed96584e",
};
/// A maker of slides.
pub const POWERPOINT: &Tool = &Tool {
    file_name: "POWERPNT.EXE",
    folder: r"C:\Program Files\Microsoft Office\root\Office16",
    company: "Microsoft Corporation",
    product: "Microsoft Office",
    description: "Microsoft PowerPoint",
    command_line: "\"POWERPNT.EXE\"",
    parent: "explorer.exe",
    sha1: "534d14e43ece033ccedeb3bd59ce0032bbce7959",
    sha256: "5a74a01804c15d45e3bd09e61d25286e73234b244c1a927dc763762fe176e5b5",
};
/// A mail client.
pub const OUTLOOK: &Tool = &Tool {
    file_name: "OUTLOOK.EXE",
    folder: r"C:\Program Files\Microsoft Office\root\Office16",
    company: "Microsoft Corporation",
    product: "Microsoft Outlook",
    description: "Microsoft Outlook",
    command_line: "\"OUTLOOK.EXE\"",
    parent: "explorer.exe",
    sha1: "77860551ff1ea4d5a6f211893ee7c29852ada905",
    sha256: "28ea62a5f5188471b6884eecee07cdb365acf21516f5fd42555324ebfd65064c",
};
/// A client of Teams.
pub const TEAMS: &Tool = &Tool {
    file_name: "ms-teams.exe",
    folder: r"C:\Program Files\WindowsApps\MSTeams_8wekyb3d8bbwe",
    company: "Microsoft Corporation",
    product: "Microsoft Teams",
    description: "Microsoft Teams",
    command_line: "\"ms-teams.exe\" msteams:system-initiated",
    parent: "svchost.exe",
    sha1: "854b1930ddcbe5a5902122d8fdf5b3d1d8233014",
    sha256: "ac1857a7f907082ddcd447b7e043dde59ed06854057972c1deb4b9ed9166d8a2",
};
/// The client that syncs SharePoint libraries.
pub const SYNC_CLIENT: &Tool = &Tool {
    file_name: "OneDrive.exe",
    folder: r"C:\Program Files\Microsoft OneDrive",
    company: "Microsoft Corporation",
    product: "Microsoft OneDrive",
    description: "Microsoft OneDrive",
    command_line: "\"OneDrive.exe\" /background",
    parent: "explorer.exe",
    sha1: "4e284a0b4719420c95236a7a3e869c461569f63d",
    sha256: "938a819c1302324fc4e6c54210ed4571e47b059b402d9f7931a19bc08a4a93d7",
};
/// A reader of PDF documents.
pub const READER: &Tool = &Tool {
    file_name: "Acrobat.exe",
    folder: r"C:\Program Files\Adobe\Acrobat DC\Acrobat",
    company: "Adobe Inc.",
    product: "Adobe Acrobat",
    description: "Adobe Acrobat",
    command_line: "\"Acrobat.exe\"",
    parent: "explorer.exe",
    sha1: "dfe637976499323cad1e508df6d2e8b7326e52a6",
    sha256: "f82e8b94edc1046a65885a5563f351417a2e3741962dbb8e2a00aac541df863a",
};
/// A plain editor.
pub const NOTEPAD: &Tool = &Tool {
    file_name: "notepad.exe",
    folder: r"C:\Windows\System32",
    company: "Microsoft Corporation",
    product: "Microsoft® Windows® Operating System",
    description: "Notepad",
    command_line: "\"notepad.exe\"",
    parent: "explorer.exe",
    sha1: "0d0cc76b5ccb4ce67b419dd153cbae9dfc662ed9",
    sha256: "76ccb1b8d7b8406b6b9e967d241040d346de9b6e207a97458166d4b34f139e19",
};
/// A taker of screenshots.
pub const SNIPPING_TOOL: &Tool = &Tool {
    file_name: "SnippingTool.exe",
    folder: r"C:\Program Files\WindowsApps\Microsoft.ScreenSketch_8wekyb3d8bbwe\SnippingTool",
    company: "Microsoft Corporation",
    product: "Snipping Tool",
    description: "Snipping Tool",
    command_line: "\"SnippingTool.exe\"",
    parent: "svchost.exe",
    sha1: "8e910b57e6f13f5fa7be3fdc11e05f0ba0e66de1",
    sha256: "e32658a8b901636d4767628dbcc3b224a916c8e6dc058c45844c202723c1e12b",
};
/// An archiver.
pub const ARCHIVER: &Tool = &Tool {
    file_name: "7zG.exe",
    folder: r"C:\Program Files\7-Zip",
    company: "Igor Pavlov",
    product: "7-Zip",
    description: "7-Zip GUI",
    command_line: "\"7zG.exe\" a -i#7zMap",
    parent: "explorer.exe",
    sha1: "f1b59da87914735381b9b1f3539644b05c79b947",
    sha256: "0982de2ca3272060cc686b9ff9e00721084271423b6013b8066729f85f7e1109",
};
/// A shell for administrators.
pub const POWERSHELL: &Tool = &Tool {
    file_name: "powershell.exe",
    folder: r"C:\Windows\System32\WindowsPowerShell\v1.0",
    company: "Microsoft Corporation",
    product: "Microsoft® Windows® Operating System",
    description: "Windows PowerShell",
    command_line: r"powershell.exe -File D:\Migration\Move-Share.ps1",
    parent: "explorer.exe",
    sha1: "f65749af7ad4af4284329d86167ff640c2e78533",
    sha256: "ce3b2beb6f0ddb42dd0103de5a7271fa4fc566aacfd5eb0bc15f9960293c02f1",
};
/// A shell.
pub const COMMAND_SHELL: &Tool = &Tool {
    file_name: "cmd.exe",
    folder: r"C:\Windows\System32",
    company: "Microsoft Corporation",
    product: "Microsoft® Windows® Operating System",
    description: "Windows Command Processor",
    command_line: "\"cmd.exe\"",
    parent: "explorer.exe",
    sha1: "3b4ccb2514b22bc28eb98210863920232bfda9bc",
    sha256: "5753f0e54e4825a3a882ad284bd99850d911eb13eaf10c5b1662e75c4bbe894c",
};
/// A client of source control.
pub const GIT: &Tool = &Tool {
    file_name: "git.exe",
    folder: r"C:\Program Files\Git\cmd",
    company: "The Git Development Community",
    product: "Git",
    description: "Git for Windows",
    command_line: "git.exe fetch --all --prune",
    parent: "cmd.exe",
    sha1: "496ade6f497f2f4a8043e9fc1d42f9d0d0bb340e",
    sha256: "21350efa4d2e78c4555291580a934906cd01e2c4d7a54e1cd7df916529ee541f",
};
/// An editor of source code.
pub const CODE_EDITOR: &Tool = &Tool {
    file_name: "Code.exe",
    folder: r"C:\Program Files\Microsoft VS Code",
    company: "Microsoft Corporation",
    product: "Visual Studio Code",
    description: "Visual Studio Code",
    command_line: "\"Code.exe\"",
    parent: "explorer.exe",
    sha1: "96e829107af9dadeeef1f09ae691351879af4c6d",
    sha256: "c7bc533872573ce5ec3ee3b67ab70c703e56285fa69765e4f0244f72cefa887f",
};
/// An interpreter of scripts.
pub const PYTHON: &Tool = &Tool {
    file_name: "python.exe",
    folder: r"C:\Program Files\Python312",
    company: "Python Software Foundation",
    product: "Python",
    description: "Python",
    command_line: "python.exe",
    parent: "cmd.exe",
    sha1: "c16b5eaca791d09e46392869995b5e4836996fd3",
    sha256: "36f5255ead018ee862007bc130cc66115ac977551fe1d144ff1ff5afd51cf1c9",
};
/// A designer of parts.
pub const CAD: &Tool = &Tool {
    file_name: "LensCad.exe",
    folder: r"C:\Program Files\LensCad",
    company: "Calder Optics",
    product: "LensCad",
    description: "LensCad Designer",
    command_line: "\"LensCad.exe\"",
    parent: "explorer.exe",
    sha1: "48da757cc38e553d0de4922c726dc638d551c088",
    sha256: "6e8e4e8e9b21ec3ee4f099f36cf7508192eac204c85dff70c1175243fda419dd",
};
/// A copier of folders.
pub const COPIER: &Tool = &Tool {
    file_name: "Robocopy.exe",
    folder: r"C:\Windows\System32",
    company: "Microsoft Corporation",
    product: "Microsoft® Windows® Operating System",
    description: "Microsoft Robocopy",
    command_line: "robocopy.exe",
    parent: "cmd.exe",
    sha1: "b0d928e15f5ba1320d2c6639dd9df67872dd32ac",
    sha256: "1b7a1a3ea25af49d9977b175e492cbe3107edba8bcd861546fd66867c85b3972",
};
/// A copier to cloud storage.
pub const CLOUD_COPIER: &Tool = &Tool {
    file_name: "rclone.exe",
    folder: r"C:\Tools\rclone",
    company: "https://rclone.org",
    product: "Rclone",
    description: "Rclone",
    command_line: "rclone.exe",
    parent: "cmd.exe",
    sha1: "ceadd23d5af7b5fc54e418c90acbec9861f9ca0d",
    sha256: "f81e0f1a36808680dc1b0dabf3565ea16ee2fb293163b9d3e8284af22e2f730e",
};
/// A client for transfers from the command line.
pub const TRANSFER: &Tool = &Tool {
    file_name: "curl.exe",
    folder: r"C:\Windows\System32",
    company: "curl, https://curl.se/",
    product: "The curl executable",
    description: "The curl executable",
    command_line: "curl.exe",
    parent: "cmd.exe",
    sha1: "26dd0dccde6597847aff7bfbcdc1198008df2c74",
    sha256: "e8732f908a276261bf9854b446f6900900282daded8b641833181e8764c834bd",
};
/// A client for transfers to servers.
pub const SECURE_COPIER: &Tool = &Tool {
    file_name: "WinSCP.exe",
    folder: r"C:\Program Files (x86)\WinSCP",
    company: "Martin Prikryl",
    product: "WinSCP",
    description: "WinSCP: SFTP, FTP, WebDAV, S3 and SCP client",
    command_line: "\"WinSCP.exe\"",
    parent: "explorer.exe",
    sha1: "60ecf3525a9a478441a27a89db3a1cd910400df8",
    sha256: "4fb6fd2a7c945809b0bf8ca7e55f9e9586490ba62563b171bbee9123e91db693",
};
/// A client of remote desktops.
pub const REMOTE_DESKTOP: &Tool = &Tool {
    file_name: "mstsc.exe",
    folder: r"C:\Windows\System32",
    company: "Microsoft Corporation",
    product: "Microsoft® Windows® Operating System",
    description: "Remote Desktop Connection",
    command_line: "\"mstsc.exe\"",
    parent: "explorer.exe",
    sha1: "97337b9eaeaec20b00c8db6f29817a66bbf9290c",
    sha256: "01116dcc04cc528d49522658e3af3d12d5e1ca2106a1394cf8d4c599915f6aed",
};
/// The editor of the registry from the command line.
pub const REGISTRY_EDITOR: &Tool = &Tool {
    file_name: "reg.exe",
    folder: r"C:\Windows\System32",
    company: "Microsoft Corporation",
    product: "Microsoft® Windows® Operating System",
    description: "Registry Console Tool",
    command_line: "reg.exe",
    parent: "cmd.exe",
    sha1: "c69b35cd8db335d150e7e13e5fe2f3b3f10f2970",
    sha256: "0dde1f0205a4cdb9090d67ba37152d9a50aaf60028b210856dcb1c04f6035449",
};
/// A client of databases.
pub const DATABASE_CLIENT: &Tool = &Tool {
    file_name: "sqlcmd.exe",
    folder: r"C:\Program Files\Microsoft SQL Server\Client SDK\ODBC\170\Tools\Binn",
    company: "Microsoft Corporation",
    product: "Microsoft SQL Server",
    description: "T-SQL execution command line utility",
    command_line: "sqlcmd.exe",
    parent: "cmd.exe",
    sha1: "85f80b3b8633857526ea77bc4f7e5eb05d19c796",
    sha256: "d0c245f32a993eb1be97da77ce572f3c851252fbb9ef70527eb64e1fd8284e09",
};
/// The agent that backs servers up.
pub const BACKUP: &Tool = &Tool {
    file_name: "VaultAgent.exe",
    folder: r"C:\Program Files\VaultAgent",
    company: "Fjordline Backup",
    product: "VaultAgent",
    description: "VaultAgent Service",
    command_line: "\"VaultAgent.exe\" /service",
    parent: "services.exe",
    sha1: "c72e60d17e307fac37115481322ee61fe51bf259",
    sha256: "53640db593eb252debd35dc04402d8af0cce9bcb4f613ac3edbe5a3e83735aad",
};
/// A tool for accounts and shares.
pub const NETWORK_TOOL: &Tool = &Tool {
    file_name: "net.exe",
    folder: r"C:\Windows\System32",
    company: "Microsoft Corporation",
    product: "Microsoft® Windows® Operating System",
    description: "Net Command",
    command_line: "net.exe",
    parent: "cmd.exe",
    sha1: "837d7e215d64f3f8201757a53a7de935c8c5343f",
    sha256: "f9e0ebdeb2899bbb202f6784e09f8d369bec7e3a393f93f0ef27033ea94a1cfb",
};
/// Tells who is signed in.
pub const WHO_AM_I: &Tool = &Tool {
    file_name: "whoami.exe",
    folder: r"C:\Windows\System32",
    company: "Microsoft Corporation",
    product: "Microsoft® Windows® Operating System",
    description: "whoami - displays logged on user information",
    command_line: "whoami.exe /groups",
    parent: "cmd.exe",
    sha1: "a670873fedbb899dfe0f952126b87c1fd0721075",
    sha256: "cc375d0ca1db6d1743d56f8bfe8f6f5705937ac18c5cda9ee6ffb377a7ff367e",
};
/// A host of Windows services.
pub const SERVICE_HOST: &Tool = &Tool {
    file_name: "svchost.exe",
    folder: r"C:\Windows\System32",
    company: "Microsoft Corporation",
    product: "Microsoft® Windows® Operating System",
    description: "Host Process for Windows Services",
    command_line: "svchost.exe -k netsvcs -p",
    parent: "services.exe",
    sha1: "b57f22290cc37e9ebb0d3023649adfa37c2df4bd",
    sha256: "e5d0c8860acad3d25944234cca93786e1b508efb62e544bd97a7bbd063c131af",
};
/// Windows' own guard of sign-ins.
pub const SECURITY_SERVICE: &Tool = &Tool {
    file_name: "lsass.exe",
    folder: r"C:\Windows\System32",
    company: "Microsoft Corporation",
    product: "Microsoft® Windows® Operating System",
    description: "Local Security Authority Process",
    command_line: "lsass.exe",
    parent: "wininit.exe",
    sha1: "d1d39fcf2428749176355121110ac8a9fe94d127",
    sha256: "06bda39b678946b2563a295a7b6cd0df349670b869c0f8993acdf7112da76e13",
};
/// The queue of prints.
pub const SPOOLER: &Tool = &Tool {
    file_name: "spoolsv.exe",
    folder: r"C:\Windows\System32",
    company: "Microsoft Corporation",
    product: "Microsoft® Windows® Operating System",
    description: "Spooler SubSystem App",
    command_line: "spoolsv.exe",
    parent: "services.exe",
    sha1: "d740fe54307902dbf5a177f609bab256a6cabf94",
    sha256: "fc280dc25f2e09fcab1568102953249233413288321fab74955a985831df3e74",
};
/// Defender Antivirus.
pub const GUARD: &Tool = &Tool {
    file_name: "MsMpEng.exe",
    folder: r"C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.26100.1",
    company: "Microsoft Corporation",
    product: "Microsoft® Windows® Operating System",
    description: "Antimalware Service Executable",
    command_line: "\"MsMpEng.exe\"",
    parent: "services.exe",
    sha1: "af61cea376e334ca67e4df5c3e0ea94535118ff2",
    sha256: "3a264b7fbbd5fe31c9f50e962a48ed8b232a37e6ecc498a330f28fd21f027f1b",
};
/// Keeps a browser up to date.
pub const UPDATER: &Tool = &Tool {
    file_name: "MicrosoftEdgeUpdate.exe",
    folder: r"C:\Program Files (x86)\Microsoft\EdgeUpdate",
    company: "Microsoft Corporation",
    product: "Microsoft Edge Update",
    description: "Microsoft Edge Update",
    command_line: "\"MicrosoftEdgeUpdate.exe\" /ua /installsource scheduler",
    parent: "svchost.exe",
    sha1: "2144b5c36dcb4594cc4fc8d1af5407a8c4acb4a6",
    sha256: "edf02dea67aa84a1323cd2f60fb665a2b0c9fac03d3341cb66cf65fcd2994c33",
};
/// The kernel.
pub const KERNEL: &Tool = &Tool {
    file_name: "ntoskrnl.exe",
    folder: r"C:\Windows\System32",
    company: "Microsoft Corporation",
    product: "Microsoft® Windows® Operating System",
    description: "NT Kernel & System",
    command_line: "",
    parent: "",
    sha1: "cb13628e4e108d7a6e977a402ca0c59717cfc264",
    sha256: "b0b50070807c4edd7478724f8de35fbbce7f69fd9b1ac95912951008bf0e15a7",
};

/// Every program.
pub const TOOLS: [&Tool; 35] = [
    EXPLORER,
    BROWSER,
    CHROME,
    OFFICE_EDITOR,
    WORD,
    POWERPOINT,
    OUTLOOK,
    TEAMS,
    SYNC_CLIENT,
    READER,
    NOTEPAD,
    SNIPPING_TOOL,
    ARCHIVER,
    POWERSHELL,
    COMMAND_SHELL,
    GIT,
    CODE_EDITOR,
    PYTHON,
    CAD,
    COPIER,
    CLOUD_COPIER,
    TRANSFER,
    SECURE_COPIER,
    REMOTE_DESKTOP,
    REGISTRY_EDITOR,
    DATABASE_CLIENT,
    BACKUP,
    NETWORK_TOOL,
    WHO_AM_I,
    SERVICE_HOST,
    SECURITY_SERVICE,
    SPOOLER,
    GUARD,
    UPDATER,
    KERNEL,
];
