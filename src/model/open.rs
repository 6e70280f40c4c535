//! Enums that Microsoft may extend: known members by name, any other kept as its wire text.

/// Declares an open enum: members with their wire names, plus `Unrecognized` that keeps what was sent.
///
/// The wire name is matched without regard to ASCII case, since documentation and service disagree on it.
macro_rules! open_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$member_doc:meta])* $member:ident = $wire:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$member_doc])* $member,)+
            /// A member this build does not know, as Graph wrote it; `unknownFutureValue` where the service hid it.
            Unrecognized(Box<str>),
        }

        impl $name {
            /// The known members, in the metadata's order.
            pub const KNOWN: &'static [Self] = &[$(Self::$member,)+];

            /// The member that `wire` names.
            pub fn from_wire(wire: &str) -> Self {
                $(if wire.eq_ignore_ascii_case($wire) { return Self::$member; })+
                Self::Unrecognized(wire.into())
            }

            /// The name on the wire.
            pub fn wire(&self) -> &str {
                match self {
                    $(Self::$member => $wire,)+
                    Self::Unrecognized(wire) => wire,
                }
            }
        }
    };
}
pub(crate) use open_enum;
