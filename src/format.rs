//! The one table of picture formats: names, types, extensions, what they can hold, and how their bytes begin.
//! Nothing here reads further than the first kilobyte, or decodes.

mod sniff;

pub use sniff::sniff;

/// A format that the engine writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    Avif,
    Webp,
    Jpeg,
    Png,
    Gif,
}

/// A format that the engine recognizes. It decodes some of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceFormat {
    Jpeg,
    Png,
    Webp,
    Gif,
    Tiff,
    Bmp,
    Ico,
    Avif,
    Heic,
    Jxl,
    Svg,
    Jp2,
    Pdf,
    Icns,
    Pic,
}

struct Row {
    name: &'static str,
    mime: &'static str,
    extension: &'static str,
    writes: Option<Format>,
    may_have_alpha: bool,
    may_be_animated: bool,
}

impl Format {
    pub const ALL: [Self; 5] = [Self::Avif, Self::Webp, Self::Jpeg, Self::Png, Self::Gif];

    pub const fn source(self) -> SourceFormat {
        match self {
            Self::Avif => SourceFormat::Avif,
            Self::Webp => SourceFormat::Webp,
            Self::Jpeg => SourceFormat::Jpeg,
            Self::Png => SourceFormat::Png,
            Self::Gif => SourceFormat::Gif,
        }
    }

    pub const fn name(self) -> &'static str {
        self.source().name()
    }

    pub const fn mime(self) -> &'static str {
        self.source().mime()
    }

    pub const fn extension(self) -> &'static str {
        self.source().extension()
    }

    pub const fn may_have_alpha(self) -> bool {
        self.source().may_have_alpha()
    }

    /// `avif`, `webp`, `jpeg`, `png` or `gif`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// `image/avif` and its like.
    pub fn from_mime(mime: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.mime() == mime)
    }
}

impl SourceFormat {
    #[rustfmt::skip] // one line
    const ALL: [Self; 15] = [Self::Jpeg, Self::Png, Self::Webp, Self::Gif, Self::Tiff, Self::Bmp, Self::Ico, Self::Avif, Self::Heic, Self::Jxl, Self::Svg, Self::Jp2, Self::Pdf, Self::Icns, Self::Pic];

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    pub const fn name(self) -> &'static str {
        self.row().name
    }

    pub const fn mime(self) -> &'static str {
        self.row().mime
    }

    pub const fn extension(self) -> &'static str {
        self.row().extension
    }

    /// The same format as an output, where the engine writes it.
    pub const fn writes(self) -> Option<Format> {
        self.row().writes
    }

    pub const fn may_have_alpha(self) -> bool {
        self.row().may_have_alpha
    }

    pub const fn may_be_animated(self) -> bool {
        self.row().may_be_animated
    }

    #[rustfmt::skip] // one row a format
    const fn row(self) -> Row {
        match self {
            //                       name    mime               extension writes               alpha  animated
            Self::Jpeg => Row::new("jpeg", "image/jpeg",        "jpg",  Some(Format::Jpeg), false, false),
            Self::Png  => Row::new("png",  "image/png",         "png",  Some(Format::Png),  true,  true),
            Self::Webp => Row::new("webp", "image/webp",        "webp", Some(Format::Webp), true,  true),
            Self::Avif => Row::new("avif", "image/avif",        "avif", Some(Format::Avif), true,  true),
            Self::Gif  => Row::new("gif",  "image/gif",         "gif",  Some(Format::Gif),  true,  true),
            Self::Tiff => Row::new("tiff", "image/tiff",        "tiff", None,               true,  false),
            Self::Bmp  => Row::new("bmp",  "image/bmp",         "bmp",  None,               true,  false),
            Self::Ico  => Row::new("ico",  "image/x-icon",      "ico",  None,               true,  false),
            Self::Heic => Row::new("heic", "image/heic",        "heic", None,               true,  false),
            Self::Jxl  => Row::new("jxl",  "image/jxl",         "jxl",  None,               true,  true),
            Self::Svg  => Row::new("svg",  "image/svg+xml",     "svg",  None,               true,  false),
            Self::Jp2  => Row::new("jp2",  "image/jp2",         "jp2",  None,               true,  false),
            Self::Pdf  => Row::new("pdf",  "application/pdf",   "pdf",  None,               false, false),
            Self::Icns => Row::new("icns", "image/x-icns",      "icns", None,               true,  false),
            Self::Pic  => Row::new("pic",  "image/pic",         "pic",  None,               false, false),
        }
    }
}

impl Row {
    const fn new(
        name: &'static str,
        mime: &'static str,
        extension: &'static str,
        writes: Option<Format>,
        may_have_alpha: bool,
        may_be_animated: bool,
    ) -> Self {
        Self { name, mime, extension, writes, may_have_alpha, may_be_animated }
    }
}
