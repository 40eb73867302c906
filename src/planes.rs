//! Pictures as 8-bit YCbCr planes, from a JPEG decoder to an encoder that takes planes: BT.601, centered chroma, rows
//! without padding; and rows of planes or of interleaved pixels made smaller. Knows no file format, and never makes a
//! picture larger.

mod axis;
mod gamma;
mod kernels;
mod lightness;
mod orient;
mod picture;
mod pixels;
mod plane;
mod range;
mod resize;
mod rgb;
mod ring;
mod stream;
mod subsampling;
mod vertical;
mod windows;

pub use axis::Axis;
pub use gamma::Light;
pub use orient::orient;
pub use picture::Planes;
pub use pixels::{PixelsResizer, Samples};
pub use plane::Plane;
pub use range::Range;
pub use resize::{Channel, PlaneResizer};
pub use rgb::{RgbRows, to_pixels};
pub use stream::{Geometry, PlanesResizer};
pub use subsampling::Subsampling;
