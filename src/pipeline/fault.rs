//! Failures on request, so that tests can watch what a failing job does to the rest. The handlers never ask for one.

use crate::room;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Panic,
    /// The three that no job in the server's process may do: there they are panics.
    Abort,
    Loop,
    Memory,
}

impl Fault {
    pub(super) const ALL: [Self; 4] = [Self::Panic, Self::Abort, Self::Loop, Self::Memory];

    /// `panic`, `abort`, `loop` or `memory`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "panic" => Some(Self::Panic),
            "abort" => Some(Self::Abort),
            "loop" => Some(Self::Loop),
            "memory" => Some(Self::Memory),
            _ => None,
        }
    }

    #[expect(clippy::panic, reason = "a panic is what the test asks for")]
    pub(super) fn act(self) {
        match self {
            Self::Abort if room::is_inside() => std::process::abort(),
            Self::Loop if room::is_inside() => loop {
                std::hint::spin_loop();
            },
            Self::Memory if room::is_inside() => drop(std::hint::black_box(vec![1_u8; 4 << 30])),
            Self::Panic | Self::Abort | Self::Loop | Self::Memory => panic!("a panic on request"),
        }
    }
}
