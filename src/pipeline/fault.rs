//! Failures on request, so that tests can watch what a failing job does to the rest. The handlers never ask for one.

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Panic,
}

impl Fault {
    /// `panic`.
    pub fn from_name(name: &str) -> Option<Self> {
        (name == "panic").then_some(Self::Panic)
    }

    #[expect(clippy::panic, reason = "a panic is what the test asks for")]
    pub(super) fn act(self) {
        match self {
            Self::Panic => panic!("a panic on request"),
        }
    }
}
