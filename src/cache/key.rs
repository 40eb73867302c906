//! The name of an entry: a hash of whatever its bytes depend on. Never a concatenation, in which `/a20`, 48 and `/a`,
//! 2048 would be the same.

use std::fmt::{self, Write};

use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// Another version of the engine may write other bytes for the same request.
const SALT: &str = concat!("pixmill ", env!("CARGO_PKG_VERSION"));

/// SHA-256, written as 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key([u8; 32]);

/// One of the things that a variant depends on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum KeyField<'a> {
    Text(&'a str),
    Number(f64),
    Null,
}

impl Key {
    pub fn of(fields: &[KeyField<'_>]) -> Self {
        let mut hasher = Sha256::new();
        add(&mut hasher, 'v', SALT.as_bytes());
        for field in fields {
            match field {
                KeyField::Text(text) => add(&mut hasher, 't', text.as_bytes()),
                KeyField::Number(number) => add(&mut hasher, 'n', &number.to_be_bytes()),
                KeyField::Null => add(&mut hasher, '0', &[]),
            }
        }
        Self(hasher.finalize().into())
    }

    /// The inverse of its text. Nothing else may become part of a path.
    pub fn parse(text: &str) -> Result<Self> {
        parse_hex(text).map(Self).ok_or_else(|| Error::option("key", "64 lower-case hexadecimal digits", text))
    }

    pub(super) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(super) fn first_byte(&self) -> u8 {
        let [first, ..] = self.0;
        first
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(64);
        for byte in self.0 {
            write!(text, "{byte:02x}")?;
        }
        f.pad(&text)
    }
}

fn add(hasher: &mut Sha256, kind: char, bytes: &[u8]) {
    hasher.update([kind as u8]);
    hasher.update((bytes.len() as u64).to_be_bytes());
    hasher.update(bytes);
}

fn parse_hex(text: &str) -> Option<[u8; 32]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() || pairs.len() != 32 {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

fn digit(char: u8) -> Option<u8> {
    match char {
        b'0'..=b'9' => Some(char - b'0'),
        b'a'..=b'f' => Some(char - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use KeyField::{Null, Number, Text};

    #[test]
    fn fields_do_not_run_into_each_other() {
        let keys = [
            Key::of(&[Text("/a20"), Number(48.0)]),
            Key::of(&[Text("/a"), Number(2048.0)]),
            Key::of(&[Text("/a"), Text("2048")]),
            Key::of(&[Text("/a"), Null]),
            Key::of(&[Text("/a"), Text("")]),
            Key::of(&[Text("/a")]),
            Key::of(&[]),
        ];
        for (place, key) in keys.iter().enumerate() {
            assert!(!keys[..place].contains(key), "{place}");
        }
        assert_eq!(keys[0], Key::of(&[Text("/a20"), Number(48.0)]));
    }

    #[test]
    fn its_text_is_its_name() {
        let key = Key::of(&[Text("/a")]);
        let text = key.to_string();
        assert_eq!((text.len(), Key::parse(&text)), (64, Ok(key)));
        for wrong in ["", "../../etc/passwd", &text[1..], &text.to_uppercase(), &format!("{text}0")] {
            assert_eq!(Key::parse(wrong).map_err(|error| error.code()), Err("ERR_OPTION"), "{wrong}");
        }
    }
}
