//! Every failure of the engine, by who is at fault. Codes are stable; texts are not.
//! Nothing here knows HTTP or Node.

use std::fmt;

pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong, split by fault: the file, the caller, the policy, or us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// The picture is damaged, empty or cannot be read.
    Input(Box<Complaint>),
    /// The picture is of a kind that this build does not decode or write.
    Unsupported(Box<Complaint>),
    /// The picture, or the work it asks for, is larger than the policy allows.
    Limit { what: &'static str, max: u64, got: u64 },
    /// The caller passed a wrong option.
    Option(Box<Complaint>),
    /// The queue is full, or the job waited past its deadline. Worth a retry.
    Busy { what: &'static str, max: u64, got: u64 },
    /// The caller gave up.
    Cancelled,
    /// A defect of ours, or a panic in a job.
    Internal(String),
}

/// The one sentence for bad input: `Expected X for SUBJECT but received Y`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    pub subject: String,
    pub expected: String,
    pub received: String,
}

impl Error {
    #[cold]
    pub fn input(subject: impl Into<String>, expected: impl Into<String>, received: impl fmt::Display) -> Self {
        Self::Input(Box::new(Complaint::new(subject, expected, received)))
    }

    #[cold]
    pub fn unsupported(subject: impl Into<String>, expected: impl Into<String>, received: impl fmt::Display) -> Self {
        Self::Unsupported(Box::new(Complaint::new(subject, expected, received)))
    }

    #[cold]
    pub fn option(subject: impl Into<String>, expected: impl Into<String>, received: impl fmt::Display) -> Self {
        Self::Option(Box::new(Complaint::new(subject, expected, received)))
    }

    #[cold]
    pub fn internal(text: impl Into<String>) -> Self {
        Self::Internal(text.into())
    }

    /// A wrong option that is a part of `whole`: `width` of `variants[1]` becomes `variants[1].width`.
    #[must_use]
    pub fn within(self, whole: impl fmt::Display) -> Self {
        match self {
            Self::Option(mut complaint) => {
                complaint.subject = format!("{whole}.{}", complaint.subject);
                Self::Option(complaint)
            }
            other => other,
        }
    }

    /// The stable `err.code` that JavaScript sees.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Input(_) => "ERR_INPUT",
            Self::Unsupported(_) => "ERR_UNSUPPORTED",
            Self::Limit { .. } => "ERR_LIMIT",
            Self::Option(_) => "ERR_OPTION",
            Self::Busy { .. } => "ERR_BUSY",
            Self::Cancelled => "ERR_CANCELLED",
            Self::Internal(_) => "ERR_INTERNAL",
        }
    }

    pub const fn is_limit(&self) -> bool {
        matches!(self, Self::Limit { .. })
    }

    pub const fn is_busy(&self) -> bool {
        matches!(self, Self::Busy { .. })
    }

    pub const fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled)
    }

    /// Subject, expected and received, for every kind of fault.
    pub fn complaint(&self) -> Complaint {
        match self {
            Self::Input(c) | Self::Unsupported(c) | Self::Option(c) => (**c).clone(),
            Self::Limit { what, max, got } | Self::Busy { what, max, got } => {
                Complaint::new(*what, format!("at most {max}"), got)
            }
            Self::Cancelled => Complaint::new("the job", "to run to its end", "a cancellation"),
            Self::Internal(text) => Complaint::new("the engine", "no failure of its own", text),
        }
    }
}

impl Complaint {
    fn new(subject: impl Into<String>, expected: impl Into<String>, received: impl fmt::Display) -> Self {
        Self { subject: subject.into(), expected: expected.into(), received: received.to_string() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Complaint { subject, expected, received } = self.complaint();
        write!(f, "Expected {expected} for {subject} but received {received}")
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_expected_subject_and_received() {
        let error = Error::option("width", "an integer from 1 to 16384", -1);
        assert_eq!(error.to_string(), "Expected an integer from 1 to 16384 for width but received -1");
        assert_eq!(error.code(), "ERR_OPTION");
    }

    #[test]
    fn only_options_are_parts_of_something() {
        let error = Error::option("width", "an integer", -1).within("variants[1]");
        assert_eq!(error.to_string(), "Expected an integer for variants[1].width but received -1");
        assert_eq!(Error::Cancelled.within("variants[1]"), Error::Cancelled);
    }

    #[test]
    fn limits_say_their_numbers() {
        let error = Error::Limit { what: "pixels", max: 100, got: 200 };
        assert_eq!(error.to_string(), "Expected at most 100 for pixels but received 200");
    }
}
