//! The engine of pixmill. Layers, each importing only from those before it:
//!
//! processor · error · limits · format · image · planes · negotiate · pool · room · source · codec · pipeline · cache · binding

pub mod cache;
pub mod codec;
pub mod error;
pub mod format;
pub mod image;
pub mod limits;
pub mod negotiate;
pub mod pipeline;
pub mod planes;
pub mod pool;
#[cfg(feature = "twins")]
pub mod processor;
#[cfg(not(feature = "twins"))]
mod processor;
pub mod room;
pub mod source;

mod binding;
