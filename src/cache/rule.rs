//! What is to become of the entries that share a name. Says nothing of when: `rules` does.

use super::tags::is_line;
use crate::error::{Error, Result};

/// A rule is kept in memory and in a file; a longer value is no name.
const MAX_VALUE_BYTES: usize = 64 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// Absent from now on.
    Purge,
    /// Stale from now on, still an answer.
    Invalidate,
}

/// What the value of a rule is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum By {
    /// Each tag, as a whole.
    Tag,
    /// The beginning of the source, which is what follows `src:` in a tag.
    Prefix,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rule {
    pub(super) action: Action,
    pub(super) by: By,
    pub(super) value: String,
}

impl Rule {
    /// An empty prefix is every source.
    pub fn new(action: Action, by: By, value: &str) -> Result<Self> {
        if !is_line(value) || value.len() > MAX_VALUE_BYTES {
            let expected = format!("at most {MAX_VALUE_BYTES} bytes without control characters");
            return Err(Error::option("value", expected, format!("{} bytes", value.len())));
        }
        Ok(Self { action, by, value: value.to_owned() })
    }
}

impl Action {
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Purge, Self::Invalidate].into_iter().find(|action| action.name() == name)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Purge => "purge",
            Self::Invalidate => "invalidate",
        }
    }
}

impl By {
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Tag, Self::Prefix].into_iter().find(|by| by.name() == name)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Tag => "tag",
            Self::Prefix => "prefix",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_would_be_two_lines_is_refused() {
        let new = |value: &str| Rule::new(Action::Purge, By::Tag, value).map_err(|error| error.code());
        assert_eq!(new("a\nb"), Err("ERR_OPTION"));
        assert_eq!(new(&"x".repeat(MAX_VALUE_BYTES + 1)), Err("ERR_OPTION"));
        assert!(new("a b: ä").is_ok() && new("").is_ok());
    }

    #[test]
    fn names_lead_back() {
        assert_eq!(Action::from_name("invalidate"), Some(Action::Invalidate));
        assert_eq!(By::from_name("prefix"), Some(By::Prefix));
        assert_eq!((Action::from_name("Purge"), By::from_name("")), (None, None));
    }
}
