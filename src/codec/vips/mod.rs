//! Pictures by libvips: C, on bytes that somebody else chose. So it is started in the locked room only, and asked for nothing but what this
//! crate's own readers have taken for a picture of a format named here. Everything by plain functions: layouts and properties that the
//! crate knows of version 8.18 may be others in the library that is there.

mod library;
mod picture;

pub(super) use library::start;
pub(super) use picture::{Loader, Picture};
