//! Acting on the account of the person whose page is open: what is offered, its plan, and what the page makes of it.

use super::notices::NoticeKind;
use super::overlay::{Item, Overlay, Picker, PlanPreview};
use super::reply::Fresh;
use super::{App, Cx, Unavailable, View};
use crate::model::User;
use crate::triage::plan::{Response, respond};

/// Why no response is offered where the profile does not allow any.
pub const RESPONSES_OFF: &str = "responses are off in this profile: allow_response = true switches them on";

impl App {
    /// Whether the account of the person whose page is open can be acted on now.
    ///
    /// # Errors
    /// Says why not.
    pub fn can_respond(&self) -> Result<(), Unavailable> {
        let refuse = |why: &str| Err(Unavailable { why: why.to_owned() });
        if !self.profile.allow_response {
            return refuse(RESPONSES_OFF);
        }
        self.may_write()?;
        match (&self.user, self.view) {
            (Some(page), View::User) if page.identity.value().is_some() => Ok(()),
            (Some(_), View::User) => refuse("the directory record is not there: whom it would hit is not certain"),
            _ => refuse("open the page of a person first"),
        }
    }

    /// The choice of responses.
    pub(super) fn response_overlay(&mut self, cx: &mut Cx<'_>) -> Option<Overlay> {
        if let Err(refused) = self.can_respond() {
            self.notices.show(NoticeKind::Warning, refused.why, cx);
            return None;
        }
        let item = |response: Response| {
            let detail = match self.response_plan(response) {
                Some(plan) if !plan.is_applicable() => {
                    plan.stops.first().map_or("", |stop| stop.why.as_str()).to_owned()
                }
                Some(_) if response.can_be_undone() => "can be undone".to_owned(),
                Some(_) => "cannot be undone".to_owned(),
                None => "Entra's risk is not known here".to_owned(),
            };
            Item { value: response, label: response.title().to_owned(), detail, marked: false, is_outdated: false }
        };
        Some(Overlay::Responses(Picker { items: Response::ALL.map(item).to_vec(), cursor: 0 }))
    }

    /// The plan of `response` for the person whose page is open; `None` where what it builds on was not read.
    fn response_plan(&self, response: Response) -> Option<crate::triage::Plan> {
        let page = self.user.as_ref()?;
        let risk = match (page.entra_risk.value(), response.is_about_risk()) {
            (Some(risk), _) => risk.as_ref(),
            (None, true) => return None,
            (None, false) => None,
        };
        Some(respond::respond(response, page.identity.value()?, risk, self.profile.me.as_deref()))
    }

    /// Shows the plan of `response`.
    pub(super) fn propose_response(&mut self, response: Response, cx: &mut Cx<'_>) {
        match (self.can_respond(), self.response_plan(response)) {
            (Err(refused), _) => self.notices.show(NoticeKind::Warning, refused.why, cx),
            (Ok(()), Some(plan)) => self.overlays.push(Overlay::Plan(PlanPreview::new(plan, None))),
            (Ok(()), None) => {
                let why = "Entra's risk of the person was not read: see its line on the page for the cause";
                self.notices.show(NoticeKind::Warning, why, cx);
            }
        }
    }

    /// Takes over what an account or its risk has become, where the page shows it.
    pub(super) fn take_responded(&mut self, fresh: Fresh, cx: &mut Cx<'_>) {
        let Some(page) = &mut self.user else { return };
        match fresh {
            Fresh::Account(user) => {
                if let Some(known) = page.identity.value().filter(|known| known.id == user.id) {
                    let leave_date = known.leave_date;
                    page.identity.finish(Ok(User { leave_date, ..*user }), cx.now);
                }
            }
            Fresh::Risk(risk) => {
                if page.person.object_id.raw() == &*risk.id {
                    page.entra_risk.finish(Ok(Some(*risk)), cx.now);
                    page.fetch_history(cx);
                }
            }
            Fresh::Incident(_) | Fresh::Alert(_) => {}
        }
    }
}
