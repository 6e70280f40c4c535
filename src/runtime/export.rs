//! Files that leave the program.

use super::failure::path_failure;
use crate::app::Failure;
use crate::base::private_file;

/// Writes `text` to the file `name` in the working directory; the path it has.
///
/// # Errors
/// As [`private_file::write_new`], in the application's words.
pub fn export(name: &str, text: &str) -> Result<String, Failure> {
    let path = std::env::current_dir().unwrap_or_default().join(name);
    private_file::write_new(&path, text).map_err(|error| path_failure("the file", &path, &error))?;
    Ok(path.display().to_string())
}
