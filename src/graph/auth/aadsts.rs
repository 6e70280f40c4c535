//! What Entra's error codes mean to an analyst, and what to do about each.
//!
//! The service may add and change codes at any time, so none decides what the program does: they only explain.
//! <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>

/// An `AADSTS` code in plain words, both without a full stop.
#[derive(Debug)]
pub struct Known {
    /// The number.
    pub code: u32,
    /// What has happened.
    pub words: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

const MFA: &str = "sign in by device code, which lets the browser ask for it";

/// In order of number.
const KNOWN: &[Known] = &[
    known(16_000, "several accounts are signed in, and none was chosen", "sign in again and pick one account"),
    known(
        16_003,
        "this account is not in the tenant",
        "sign in with an account of the profile's tenant, or have it invited as a guest",
    ),
    known(
        50_001,
        "the tenant does not know, or has disabled, what the token is asked for",
        "check the profile's cloud and graph_root",
    ),
    known(
        50_002,
        "a proxy restriction keeps this network out of the tenant",
        "ask whoever runs the network's proxy to allow the tenant",
    ),
    known(
        50_005,
        "a Conditional Access policy does not allow this kind of device",
        "open the page on another device, or ask an administrator for an exception",
    ),
    known(
        50_012,
        "the certificate is not accepted",
        "an administrator uploads the certificate to the app registration; check that it has not expired",
    ),
    known(50_013, "the proof is not valid", "set this machine's clock, and check the profile's tenant and client_id"),
    known(
        50_014,
        "this account is not in the tenant, or has not accepted its invitation",
        "accept the invitation that came by mail, or have the account invited as a guest",
    ),
    known(
        50_020,
        "this account belongs to another tenant",
        "sign in with an account of the profile's tenant, or have it invited as a guest",
    ),
    known(50_033, "Microsoft's sign-in service is in trouble", "try again later"),
    known(50_034, "this account is not in the tenant", "check the account and the profile's tenant"),
    known(
        50_053,
        "the account is locked, or the sign-in came from a blocked address",
        "wait some minutes; an administrator can unlock the account",
    ),
    known(50_055, "the password has expired", "change the password at a browser, then sign in again"),
    known(50_057, "the account is disabled", "an administrator enables the account"),
    known(50_058, "nobody is signed in at the browser", "sign in again"),
    known(50_059, "no tenant is named, and the account does not tell one", "name the tenant in the profile"),
    known(50_072, "multi-factor authentication must be registered first", MFA),
    known(50_074, "multi-factor authentication is required", MFA),
    known(50_076, "multi-factor authentication is required", MFA),
    known(50_078, "multi-factor authentication is too long ago", "sign in again"),
    known(50_079, "multi-factor authentication must be registered first", MFA),
    known(50_085, "the sign-in at the account's own provider has ended", "sign in again"),
    known(50_089, "the sign-in took too long", "sign in again"),
    known(
        50_097,
        "a Conditional Access policy wants a registered device",
        "sign in from a device that your organisation manages, or ask an administrator for an exception",
    ),
    known(
        50_105,
        "this account is not assigned to the app",
        "an administrator assigns the account, or a group it is in, under the app's users and groups",
    ),
    known(50_126, "user name or password is wrong", "sign in again"),
    known(50_128, "there is no tenant of this domain", "check the profile's tenant and its cloud"),
    known(
        50_129,
        "a Conditional Access policy wants a device that is joined to the organisation",
        "open the page on such a device, or ask an administrator for an exception",
    ),
    known(
        50_131,
        "a Conditional Access policy blocks this sign-in",
        "ask an administrator; the sign-in log names the policy",
    ),
    known(50_132, "the sign-in has ended because the password changed or sessions were revoked", "sign in again"),
    known(50_133, "the sign-in has ended because the password changed", "sign in again"),
    known(
        50_134,
        "the code was approved at another data centre than the one that gave it",
        "sign in again for a new code",
    ),
    known(
        50_135,
        "the account's password must be changed first",
        "change the password at a browser, then sign in again",
    ),
    known(50_144, "the password has expired", "change it where your organisation keeps passwords, then sign in again"),
    known(50_155, "the device could not be checked", "open the page on a device that your organisation manages"),
    known(
        50_158,
        "a Conditional Access policy wants a check by another service",
        "sign in by device code, and pass the check at the browser",
    ),
    known(50_173, "the sign-in was revoked", "sign in again"),
    known(50_187, "the device did not tell what it is", "open the page on a device that your organisation manages"),
    known(50_194, "the app is for one tenant only", "name that tenant in the profile, by id or domain"),
    known(50_196, "the same was asked too often in a short time", "wait some minutes, then sign in again"),
    known(50_199, "the sign-in was not confirmed at the browser", "sign in again, and confirm there that you want to"),
    known(
        53_000,
        "a Conditional Access policy wants a compliant device",
        "open the page on a device that your organisation manages, or ask an administrator for an exception",
    ),
    known(
        53_001,
        "a Conditional Access policy wants a domain-joined device",
        "open the page on such a device, or ask an administrator for an exception",
    ),
    known(
        53_002,
        "a Conditional Access policy does not allow this app",
        "an administrator adds the app to the approved ones",
    ),
    known(
        53_003,
        "a Conditional Access policy blocks this sign-in",
        "many tenants block the device code flow; ask an administrator for an exception, or use a client certificate or secret",
    ),
    known(
        53_004,
        "the account is at risk and cannot register for multi-factor authentication",
        "an administrator looks into the account's risk first",
    ),
    known(
        53_010,
        "multi-factor authentication cannot be registered from here",
        "register it from a place or device that the tenant trusts",
    ),
    known(
        53_011,
        "the account is at risk in its home tenant and blocked for it",
        "an administrator of the home tenant looks into the account's risk first",
    ),
    known(
        65_001,
        "nobody has consented to the app's permissions",
        "an administrator opens the app registration and grants admin consent",
    ),
    known(
        65_002,
        "an app of Microsoft's own may not be used for this",
        "register an app of your own and name it in the profile's client_id",
    ),
    known(65_004, "consent was declined", "sign in again and accept, or have an administrator grant consent"),
    known(
        65_005,
        "the app asks for a permission that is not in its registration",
        "an administrator adds the permission to the app registration and grants consent",
    ),
    known(70_000, "the sign-in is no longer valid", "sign in again"),
    known(
        70_001,
        "the app is not known in this tenant, or is disabled",
        "check the profile's client_id and tenant; an administrator may have to add the app",
    ),
    known(
        70_002,
        "the app's secret or certificate is not accepted",
        "check the profile's client_id, and its secret or certificate",
    ),
    known(70_003, "the app may not sign in this way", "choose another auth in the profile"),
    known(70_008, "the sign-in has ended", "sign in again"),
    known(70_011, "the scope asked for is not valid", "check the profile's graph_root"),
    known(
        70_012,
        "Microsoft's service for personal accounts failed",
        "sign in with a work account, or try again later",
    ),
    known(70_016, "the code has not been used yet", "open the page and enter the code"),
    known(70_018, "the code is not known", "sign in again, and enter the new code as it is shown"),
    known(70_019, "the sign-in code has expired", "sign in again for a new code"),
    known(70_043, "a Conditional Access policy wants a sign-in more often", "sign in again"),
    known(70_044, "a Conditional Access policy has ended the session", "sign in again"),
    known(
        80_001,
        "the organisation's own sign-in service cannot be reached",
        "try again later; an administrator looks at its agents",
    ),
    known(80_007, "the organisation's own sign-in service does not accept the password", "sign in again"),
    known(
        90_002,
        "there is no such tenant",
        "check the profile's tenant and its cloud: a tenant exists in one cloud only",
    ),
    known(90_006, "Microsoft's sign-in service is in trouble", "try again later"),
    known(90_014, "something is missing in the request", "check the profile's tenant, client_id and secret"),
    known(90_019, "no tenant is named that this account could belong to", "name the tenant in the profile"),
    known(90_024, "Microsoft's sign-in service is in trouble", "try again later"),
    known(90_033, "Microsoft's sign-in service is in trouble", "try again later"),
    known(90_038, "wrong cloud: the tenant lives in a national cloud", "set the profile's cloud: usgov, dod or china"),
    known(90_051, "wrong cloud: the tenant is not in this national cloud", "check the profile's cloud"),
    known(90_055, "too many sign-ins of this tenant", "wait some minutes, then sign in again"),
    known(
        90_072,
        "this account is not in the tenant",
        "sign in with an account of the profile's tenant, or have it invited as a guest",
    ),
    known(90_090, "Microsoft's sign-in service is in trouble", "try again later"),
    known(
        90_094,
        "an administrator must consent to the app's permissions",
        "an administrator opens the app registration and grants admin consent",
    ),
    known(
        90_095,
        "an administrator must approve the app first",
        "ask for it at the browser, or have an administrator grant consent",
    ),
    known(
        90_099,
        "the app has not been authorised in this tenant",
        "an administrator grants admin consent in the tenant",
    ),
    known(90_119, "no code was entered at the browser", "sign in again, and enter the code as it is shown"),
    known(90_120, "the code was already approved or declined", "sign in again for a new code"),
    known(90_124, "this is not to be had without naming a tenant", "name the tenant in the profile, by id or domain"),
    known(90_130, "this is not to be had without naming a tenant", "name the tenant in the profile, by id or domain"),
    known(135_011, "the device used is disabled", "an administrator enables the device, or use another"),
    known(160_021, "the session chosen at the browser is gone", "sign in again and pick the account anew"),
    known(
        500_011,
        "this tenant does not know the Graph that the token is asked for",
        "check the profile's cloud and graph_root: they must belong to the tenant's cloud",
    ),
    known(
        500_014,
        "Graph is disabled in this tenant",
        "an administrator enables Microsoft Graph under the enterprise applications",
    ),
    known(
        500_021,
        "a tenant restriction keeps this network out of the tenant",
        "ask whoever runs the network's proxy to allow the tenant",
    ),
    known(
        500_022,
        "a tenant restriction keeps this network out of the tenant",
        "ask whoever runs the network's proxy to allow the tenant",
    ),
    known(500_133, "the proof's time is not now", "set this machine's clock"),
    known(
        500_212,
        "the account's home tenant does not let it into this tenant",
        "an administrator of the home tenant allows it under cross-tenant access settings",
    ),
    known(
        500_213,
        "this tenant does not let in accounts of the other tenant",
        "an administrator allows it under cross-tenant access settings",
    ),
    known(
        530_003,
        "a Conditional Access policy wants a managed device",
        "open the page on a device that your organisation manages, or ask an administrator for an exception",
    ),
    known(
        530_032,
        "a security policy of the tenant blocks this sign-in",
        "ask an administrator; the sign-in log names the policy",
    ),
    known(
        530_034,
        "an administrator of another tenant was blocked for suspicious activity",
        "ask an administrator; the sign-in log has the try",
    ),
    known(530_035, "security defaults block this sign-in", "ask an administrator; the sign-in log has the try"),
    known(
        650_052,
        "the app needs a service that the tenant has not subscribed to",
        "an administrator checks the app's permissions and the tenant's licences",
    ),
    known(
        650_056,
        "the app registration does not list the permission, or consent is missing",
        "an administrator adds the permission to the app registration and grants consent",
    ),
    known(
        650_057,
        "the app registration does not list Microsoft Graph",
        "an administrator adds Microsoft Graph's permissions to the app registration",
    ),
    known(700_003, "the device was deleted or disabled in the directory", "register the device again"),
    known(
        700_011,
        "the app is not known in this tenant",
        "check the profile's client_id and tenant; an administrator may have to add the app",
    ),
    known(
        700_016,
        "the app is not known in this tenant",
        "check the profile's client_id and tenant; an administrator may have to add the app",
    ),
    known(700_020, "the sign-in wants a person", "sign in by device code"),
    known(700_024, "the proof's time is not now", "set this machine's clock"),
    known(
        700_025,
        "the app is a public client, which takes neither secret nor certificate",
        "set auth = \"device-code\" in the profile, or register a confidential client",
    ),
    known(
        700_027,
        "the certificate is not one of the app's, or its signature is wrong",
        "an administrator uploads the certificate to the app registration; check the profile's client_id",
    ),
    known(
        700_030,
        "the certificate's subject is not one the app allows",
        "an administrator uploads the certificate to the app registration",
    ),
    known(700_082, "the sign-in has ended from long disuse", "sign in again"),
    known(700_084, "the sign-in of a browser app has ended", "sign in again"),
    known(
        700_211,
        "no federated credential of the app has this token's issuer",
        "an administrator checks the app's federated credential: issuer, subject, audience",
    ),
    known(
        700_212,
        "no federated credential of the app has this token's audience",
        "an administrator checks the app's federated credential: issuer, subject, audience",
    ),
    known(
        700_213,
        "no federated credential of the app has this token's subject",
        "an administrator checks the app's federated credential: issuer, subject, audience",
    ),
    known(900_023, "the tenant is neither an id nor a domain", "correct the profile's tenant"),
    known(900_144, "something is missing in the request", "check the profile's tenant, client_id and secret"),
    known(
        900_382,
        "wrong cloud: an app cannot sign in by itself at another cloud",
        "check the profile's cloud: it must be the tenant's",
    ),
    known(
        900_432,
        "wrong cloud: an app cannot sign in by itself at another cloud",
        "check the profile's cloud: it must be the tenant's",
    ),
    known(1_000_031, "the app cannot be used now", "ask an administrator"),
    known(7_000_112, "the app is disabled", "an administrator enables it under the enterprise applications"),
    known(7_000_114, "the app may not ask on behalf of persons", "check the profile's auth"),
    known(7_000_215, "the client secret is wrong", "give the secret's value, not its id; make a new one if it is lost"),
    known(
        7_000_218,
        "the app registration does not allow public clients",
        "an administrator turns on \"Allow public client flows\" in the app registration's authentication page",
    ),
    known(7_000_222, "the client secret has expired", "an administrator makes a new one in the app registration"),
    known(
        7_000_229,
        "the app has no service principal in this tenant",
        "an administrator grants admin consent, which makes one",
    ),
    known(
        9_001_023,
        "this is not to be had without naming a tenant",
        "name the tenant in the profile, by id or domain",
    ),
];

const fn known(code: u32, words: &'static str, remedy: &'static str) -> Known {
    Known { code, words, remedy }
}

/// What is known of `aadsts`.
pub fn lookup(aadsts: Option<u32>) -> Option<&'static Known> {
    KNOWN.iter().find(|known| Some(known.code) == aadsts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stand_once_in_order_and_are_whole_sentences() {
        assert!(KNOWN.is_sorted_by(|one, next| one.code < next.code));
        for known in KNOWN {
            assert!(!known.words.is_empty() && !known.remedy.is_empty(), "{known:?}");
            assert!(!known.words.ends_with('.') && !known.remedy.ends_with('.'), "{known:?}");
        }
    }

    #[test]
    fn what_an_enterprise_meets_is_known() {
        // Factors, devices, policies, consent, codes, apps, secrets, tenants, accounts, clouds.
        for code in [
            50_034, 50_053, 50_057, 50_076, 50_079, 50_126, 50_158, 53_000, 53_001, 53_003, 65_001, 70_016, 70_043,
            90_002, 90_038, 500_133, 530_032, 700_016, 900_144, 900_432, 7_000_215, 7_000_218, 7_000_222,
        ] {
            assert!(lookup(Some(code)).is_some(), "{code}");
        }
        assert!(lookup(Some(1)).is_none() && lookup(None).is_none());
    }
}
