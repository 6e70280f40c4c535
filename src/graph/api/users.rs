//! `users`.

use crate::graph::endpoint::{Call, Endpoint};
use crate::model::User;

const READ: &str = "User.Read.All";

/// What [`User`] has a place for and `User.Read.All` allows; Graph's own default is less.
const SELECT: &str = "id,displayName,userPrincipalName,mail,jobTitle,department,officeLocation,country,accountEnabled,\
                      createdDateTime,employeeHireDate";

/// Reads a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Get {
    /// Object id or UPN.
    pub id: String,
}

impl Endpoint for Get {
    type Output = User;
    const CALL: Call = Call::read("read user", READ);

    fn path(&self) -> Vec<&str> {
        vec!["users", &self.id]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        vec![("$select", SELECT.to_owned())]
    }
}

/// Reads a user's manager. Not found where there is none, so call it with
/// [`Client::find`](crate::graph::Client::find).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manager {
    /// The user's object id or UPN.
    pub id: String,
}

impl Endpoint for Manager {
    type Output = User;
    const CALL: Call = Call::read("read manager", READ);

    fn path(&self) -> Vec<&str> {
        vec!["users", &self.id, "manager"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        vec![("$select", SELECT.to_owned())]
    }
}
