//! The names that entries share, beside the key that each has for itself: by convention `src:<source>` first. Kept as
//! lines, so none contains a line break. Where they come from is decided elsewhere.

use std::borrow::Cow;
use std::str::Lines;

use crate::error::{Error, Result};

const SOURCE: &str = "src:";
/// Of all tags together: more is no list of names.
const MAX_BYTES: usize = 64 * 1024;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tags<'a>(Cow<'a, str>);

impl Tags<'static> {
    pub fn new<T: AsRef<str>>(tags: &[T]) -> Result<Self> {
        let mut text = String::new();
        for tag in tags.iter().map(AsRef::as_ref) {
            if tag.is_empty() || !is_line(tag) {
                return Err(Error::option("tags", "non-empty texts without control characters", format!("{tag:?}")));
            }
            text += if text.is_empty() { "" } else { "\n" };
            text += tag;
        }
        if text.len() > MAX_BYTES {
            return Err(Error::option("tags", format!("at most {MAX_BYTES} bytes"), text.len()));
        }
        Ok(Self(Cow::Owned(text)))
    }
}

impl<'a> Tags<'a> {
    /// What [`Tags::text`] gave.
    pub(super) fn of_text(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// One tag a line.
    pub fn text(&self) -> &str {
        &self.0
    }

    pub(super) fn lines(&self) -> Lines<'_> {
        self.0.lines()
    }

    /// What the entry was made from, as far as it says so.
    pub(super) fn sources(&self) -> impl Iterator<Item = &str> {
        self.lines().filter_map(|tag| tag.strip_prefix(SOURCE))
    }
}

/// Whether a text stays one line wherever it is written.
pub(super) fn is_line(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_lines_and_come_back() {
        let tags = Tags::new(&["src:/a b.jpg", "product-12", "ä"]).expect("valid");
        assert_eq!(tags.text(), "src:/a b.jpg\nproduct-12\nä");
        assert_eq!(Tags::of_text(tags.text()).lines().collect::<Vec<_>>(), ["src:/a b.jpg", "product-12", "ä"]);
        assert_eq!(tags.sources().collect::<Vec<_>>(), ["/a b.jpg"]);
        assert_eq!(Tags::new::<&str>(&[]).expect("valid").lines().count(), 0);
    }

    #[test]
    fn what_would_be_two_tags_or_none_is_refused() {
        for wrong in ["", "a\nb", "a\r", "\0", "\u{85}"] {
            assert_eq!(Tags::new(&[wrong]).map_err(|error| error.code()), Err("ERR_OPTION"), "{wrong:?}");
        }
        let long = "x".repeat(MAX_BYTES + 1);
        assert!(Tags::new(&[long.as_str()]).is_err());
    }
}
