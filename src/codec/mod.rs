//! File formats: headers, decoders (safe Rust, but for AV1, which the locked room is for), and encoders behind `trait Encode`. One file or folder a format.
//! Nothing here decides sizes or formats, and nothing keeps memory beyond a call.

mod avif;
mod bmp;
mod calibration;
mod colors;
mod content;
mod cursor;
mod decode;
mod encode;
mod exif;
mod expand;
mod foreign;
mod gif;
mod header;
mod heic;
mod ico;
mod jpeg;
mod palette;
mod planar;
mod png;
mod probe;
mod profile;
mod quantize;
mod rows;
mod strip;
mod tiff;
#[cfg(feature = "vips")]
mod vips;
mod webp;
mod working;

pub use avif::{AvifEncoder, avif_encoder, avif_graphics_encoder, name_libaom, name_svt_av1};
pub use decode::{Decoded, Shrink, buffer_bytes, can_shrink, decode, furnish_room, is_decoded, needs_room};
pub use encode::{Effort, Encode, Quality, Speed, encoder};
pub use exif::Orientation;
pub use header::Header;
pub use planar::{Planar, PlaneKind, RowSink, decode_planes, planar_profile};
pub use probe::{probe, probe_prefix};
pub use profile::Converter;
pub use rows::{PixelSink, decode_rows, has_rows};
pub use strip::strip;
pub use webp::settled_palette;
pub use working::working_bytes;
