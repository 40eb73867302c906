//! The decoded picture that several variants are made from. Each is resized from it, never from another variant.

use super::super::plan::Plan;
use super::super::resize::{is_idle, sample};
use crate::codec::{Decoded, Shrink};
use crate::error::Result;
use crate::image::Image;
use crate::pool::Scratch;

pub(super) struct Master {
    image: Image,
    profile: Option<Vec<u8>>,
    shrink: Shrink,
}

impl Master {
    pub(super) fn new(Decoded { image, profile }: Decoded, shrink: Shrink) -> Self {
        Self { image, profile, shrink }
    }

    pub(super) const fn shrink(&self) -> Shrink {
        self.shrink
    }

    pub(super) fn profile(&self) -> Option<&[u8]> {
        self.profile.as_deref()
    }

    /// Says that what `resized` gives is what the plan's own decode would have led to.
    pub(super) fn serves(&self, plan: &Plan) -> bool {
        self.shrink == plan.shrink
    }

    /// A copy at the planned size.
    pub(super) fn resized(&self, plan: &Plan, scratch: &mut Scratch) -> Result<Image> {
        if is_idle(&self.image, plan) { self.copy(scratch) } else { sample(&self.image, plan, scratch) }
    }

    fn copy(&self, scratch: &mut Scratch) -> Result<Image> {
        let mut data = scratch.take_empty(self.image.data().len())?;
        data.extend_from_slice(self.image.data());
        Image::new(self.image.width(), self.image.height(), self.image.layout(), data)
    }

    /// Gives the buffer back, to be lent again.
    pub(super) fn into_data(self) -> Vec<u8> {
        self.image.into_data()
    }
}
