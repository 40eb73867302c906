//! What the headers say of a picture: size, components, colors, the embedded profile. Decodes nothing.

use super::frame::Component;

/// What the components mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::codec) enum Color {
    Gray,
    YCbCr,
    Rgb,
    Cmyk,
    Ycck,
}

/// A picture by its headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::codec) struct Info {
    pub(in crate::codec) width: u32,
    pub(in crate::codec) height: u32,
    pub(in crate::codec) components: Vec<Component>,
    pub(in crate::codec) color: Color,
    /// Bits of a sample.
    pub(in crate::codec) precision: u8,
    pub(in crate::codec) is_progressive: bool,
    /// All components come in one sequential scan, so that rows are complete while the file is read.
    pub(in crate::codec) is_streamed: bool,
    /// Adobe wrote the file: its inks are inverted.
    pub(in crate::codec) is_adobe: bool,
    /// The embedded ICC profile, unchecked.
    pub(in crate::codec) profile: Option<Vec<u8>>,
}

/// The segments that tell what the components mean.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Signs {
    pub(super) is_jfif: bool,
    pub(super) is_motion_jpeg: bool,
    /// The color transform of the Adobe segment.
    pub(super) adobe: Option<u8>,
}

impl Color {
    /// The rules of libjpeg (`default_decompress_parms` in jdapimin.c).
    pub(super) fn of(components: &[Component], signs: Signs) -> Self {
        match components {
            [_] => Self::Gray,
            [first, second, third] => {
                let is_named = [first.id, second.id, third.id] == *b"RGB";
                let is_rgb = !signs.is_jfif && signs.adobe.map_or(is_named, |transform| transform == 0);
                if is_rgb { Self::Rgb } else { Self::YCbCr }
            }
            _ if signs.adobe == Some(2) => Self::Ycck,
            _ => Self::Cmyk,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jfif_outranks_adobe_and_adobe_outranks_names() {
        let component =
            |id| Component { id, horizontal: 1, vertical: 1, quantization: 0, blocks_wide: 1, blocks_high: 1 };
        let named = |ids: &[u8]| ids.iter().map(|&id| component(id)).collect::<Vec<_>>();
        let color =
            |ids: &[u8], is_jfif, adobe| Color::of(&named(ids), Signs { is_jfif, adobe, is_motion_jpeg: false });
        assert_eq!(color(b"RGB", false, None), Color::Rgb);
        assert_eq!(color(b"RGB", true, None), Color::YCbCr);
        assert_eq!(color(&[1, 2, 3], false, Some(0)), Color::Rgb);
        assert_eq!(color(&[1, 2, 3], true, Some(0)), Color::YCbCr);
        assert_eq!(color(&[1, 2, 3, 4], true, Some(2)), Color::Ycck);
        assert_eq!(color(&[1, 2, 3, 4], false, None), Color::Cmyk);
        assert_eq!(color(&[9], false, Some(2)), Color::Gray);
    }
}
