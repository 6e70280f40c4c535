//! What signing in to the tenant leaves in the tables that notice it.

use super::{Doing, SigningIn};
use crate::lab::generate::evidence::MICROSOFT_365;
use crate::lab::generate::rows::cloud_app_events::CloudAppEvent;
use crate::lab::generate::rows::entra_id_sign_in_events::EntraIdSignInEvent;
use crate::lab::generate::rows::identity_logon_events::IdentityLogonEvent;
use crate::lab::generate::sign_ins::SignIn;
use crate::lab::generate::world::World;
use std::sync::Arc;

impl World {
    pub(super) fn sign_in(&mut self, doing: Doing<'_>, how: &SigningIn) {
        let device = how.is_managed.then(|| Arc::clone(doing.device()));
        let network = doing.network();
        let fact = Arc::new(SignIn {
            at: doing.at,
            person: Arc::clone(doing.person),
            application: how.application,
            client: how.client,
            network: Arc::clone(network),
            device,
            is_interactive: how.is_interactive,
            failure: how.failure,
            is_multi_factor: how.is_multi_factor,
            risk: how.risk.0,
            risk_events: how.risk.1,
            request: self.random.guid_bits(),
            correlation: self.random.guid_bits(),
            session: SignIn::session_of(doing.person, network, doing.at),
        });
        if how.is_interactive {
            self.sign_ins.push(Arc::clone(&fact));
        }
        self.signed_in(&fact);
    }

    /// The rows of a sign-in.
    pub fn signed_in(&mut self, fact: &Arc<SignIn>) {
        let tenant_id = Arc::clone(&self.tenant_id);
        self.rows.add(EntraIdSignInEvent { fact: Arc::clone(fact), tenant_id });
        self.rows.add(IdentityLogonEvent::Online(Arc::clone(fact)));
        if fact.is_interactive {
            let action = if fact.failure.is_some() { "UserLoginFailed" } else { "UserLoggedIn" };
            let person = &fact.person;
            let object = (Arc::clone(&person.upn), "Account", Arc::clone(&person.object_id));
            let row = self.cloud_activity(fact.at, person, action, MICROSOFT_365, object);
            self.rows.add(CloudAppEvent { from: Some(Arc::clone(&fact.network)), client: fact.client, ..row });
        }
    }
}
