//! `users`.

use crate::graph::Page;
use crate::graph::endpoint::{Call, Endpoint, Service};
use crate::model::{LeaveDate as Day, User};

const READ: &str = "User.Read.All";

/// What [`User`] has a place for and `User.Read.All` allows; Graph's own default is less.
const SELECT: &str = "id,displayName,userPrincipalName,mail,jobTitle,department,officeLocation,country,accountEnabled,\
                      signInSessionsValidFromDateTime,createdDateTime,employeeHireDate";

/// Reads a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Get {
    /// Object id or UPN.
    pub id: String,
}

impl Endpoint for Get {
    type Output = User;
    const CALL: Call = Call::read("read user", READ).of(Service::Directory);

    fn path(&self) -> Vec<&str> {
        vec!["users", &self.id]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        vec![("$select", SELECT.to_owned())]
    }
}

/// Reads a user's last day of work, which takes a permission beyond the one for the rest.
/// <https://learn.microsoft.com/graph/tutorial-lifecycle-workflows-set-employeeleavedatetime>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaveDate {
    /// Object id or UPN.
    pub id: String,
}

impl Endpoint for LeaveDate {
    type Output = Day;
    const CALL: Call = Call::read("read last day of work", "User-LifeCycleInfo.Read.All").of(Service::Directory);

    fn path(&self) -> Vec<&str> {
        vec!["users", &self.id]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        vec![("$select", "id,employeeLeaveDateTime".to_owned())]
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
    const CALL: Call = Call::read("read manager", READ).of(Service::Directory);

    fn path(&self) -> Vec<&str> {
        vec!["users", &self.id, "manager"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        vec![("$select", SELECT.to_owned())]
    }
}

/// Reads the first of the users: whether they can be read at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct First;

impl Endpoint for First {
    type Output = Page<User>;
    const CALL: Call = Call::read("list users", READ).of(Service::Directory);

    fn path(&self) -> Vec<&str> {
        vec!["users"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        vec![("$top", "1".to_owned()), ("$select", "id,userPrincipalName".to_owned())]
    }
}
