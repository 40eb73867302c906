//! From source bytes to a variant: a plan that is pure arithmetic, then a list of steps.
//! Nothing here knows a file format's inside, threads, or Node.

mod admit;
mod away;
mod batch;
mod clock;
mod color;
mod fault;
mod flatten;
mod geometry;
mod inspect;
mod memory;
mod orient;
mod output;
mod placeholder;
mod plan;
mod planar;
mod request;
mod resize;
mod run;
mod smaller;
mod steps;
mod wire;

pub use away::serve_room;
pub use batch::{Batch, Batched, optimize_all};
pub use fault::Fault;
pub use inspect::inspect;
pub use output::{Output, Timings};
pub use placeholder::Placeholder;
pub use plan::{Plan, Via};
pub use request::{Fit, Request, Target, parse_side};
pub use run::optimize;
