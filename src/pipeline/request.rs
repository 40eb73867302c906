//! What a caller asks for, checked once: behind this point every number is trusted.

use crate::codec::{Quality, Speed};
use crate::error::{Error, Result};
use crate::format::Format;
use crate::limits::Limits;

/// How a picture meets a box of width and height. None of them enlarges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Fit {
    /// The largest picture within the box, all of it, in its own proportions.
    #[default]
    Inside,
    /// Fills the box and cuts what is over, from both ends alike.
    Cover,
    /// As inside, then padded to the box: transparent, or white where the format has no alpha.
    Contain,
    /// Exactly the box, proportions given up.
    Fill,
}

impl Fit {
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "inside" => Some(Self::Inside),
            "cover" => Some(Self::Cover),
            "contain" => Some(Self::Contain),
            "fill" => Some(Self::Fill),
            _ => None,
        }
    }
}

/// The format that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Target {
    /// The source's own format where the engine writes it; else PNG with alpha, JPEG without.
    #[default]
    Auto,
    Format(Format),
}

impl Target {
    /// `auto`, or the name of a format that is written.
    pub fn from_name(name: &str) -> Option<Self> {
        if name == "auto" { Some(Self::Auto) } else { Format::from_name(name).map(Self::Format) }
    }
}

/// One variant, as asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub fit: Fit,
    pub quality: Quality,
    pub target: Target,
    pub speed: Speed,
    /// Allows a cheaper format where the memory budget does not carry the one asked for.
    pub may_change_format: bool,
    /// Takes the time to decode to more than the variant needs, at any speed.
    pub is_precise: bool,
    /// A failure to act out inside of the job, for tests.
    pub fault: Option<super::Fault>,
}

/// Checks a side of the box as it came from JavaScript. `name` is `width` or `height`.
pub fn parse_side(name: &'static str, value: f64, limits: &Limits) -> Result<u32> {
    let max = limits.max_output_side;
    if value.fract() != 0.0 || !(1.0..=f64::from(max)).contains(&value) {
        return Err(Error::option(name, format!("an integer from 1 to {max}"), value));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just above")]
    Ok(value as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_are_integers_within_the_limit() {
        let limits = Limits::default();
        for value in [0.0, -1.0, 1.5, f64::NAN, f64::INFINITY, 16_385.0] {
            assert!(matches!(parse_side("width", value, &limits), Err(Error::Option(_))), "{value}");
        }
        assert_eq!(parse_side("width", 16_384.0, &limits), Ok(16_384));
        let error = parse_side("width", -1.0, &limits).unwrap_err();
        assert_eq!(error.to_string(), "Expected an integer from 1 to 16384 for width but received -1");
    }

    #[test]
    fn names_are_the_public_ones() {
        assert_eq!(Fit::from_name("contain"), Some(Fit::Contain));
        assert_eq!(Fit::from_name("outside"), None);
        assert_eq!(Target::from_name("auto"), Some(Target::Auto));
        assert_eq!(Target::from_name("webp"), Some(Target::Format(Format::Webp)));
        assert_eq!(Target::from_name("tiff"), None);
    }
}
