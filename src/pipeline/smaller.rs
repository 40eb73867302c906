//! Never more bytes than the source: where a variant is the source's own picture in its own format, the source itself is
//! the better one if it is smaller. Its pixels stay as they are, what it says of its camera goes.

use super::output::Output;
use super::plan::Plan;
use crate::codec::{Header, strip};
use crate::image::Layout;

/// The output, with the source's bytes where those are fewer.
pub(super) fn smaller(output: Output, bytes: &[u8], header: &Header, plan: &Plan) -> Output {
    if header.format.writes() != Some(output.format) || !is_same_picture(header, plan) {
        return output;
    }
    // The encoder is done: what it had, at least as much as it wrote, covers the copy.
    match strip(header.format, bytes, output.data.len().saturating_sub(1)) {
        Some(data) => Output { data, ..output },
        None => output,
    }
}

/// Ink is told from light by no browser as we do it.
fn is_same_picture(header: &Header, plan: &Plan) -> bool {
    let size = (header.width, header.height);
    (plan.width, plan.height) == size
        && plan.covers(size)
        && header.orientation.number() == 1
        && !header.is_animated
        && header.layout != Layout::Cmyk
}
