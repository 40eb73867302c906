//! The planes of a JPEG as its decoder hands them out, row by row, with the rules for the rows themselves.

use pixmill::codec::{Shrink, decode_planes};
use pixmill::error::{Error, Result};
use pixmill::limits::Limits;

/// Rows of one component.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    pub width: usize,
    pub height: usize,
    pub samples: Vec<u8>,
    /// A row of another width came.
    is_ragged: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planes {
    pub rows: [Rows; 4],
    /// How often the decoder has asked whether to go on.
    pub questions: usize,
}

/// `stop_at`: the question that is answered with "no".
pub fn decode(bytes: &[u8], shrink: Shrink, limits: &Limits, stop_at: Option<usize>) -> Result<Planes> {
    let mut rows: [Rows; 4] = Default::default();
    let questions = std::cell::Cell::new(0);
    let is_cancelled = || {
        questions.set(questions.get() + 1);
        stop_at.is_some_and(|question| questions.get() > question)
    };
    decode_planes(bytes, shrink, limits, &is_cancelled, &mut |component, row| {
        let rows = rows.get_mut(component).ok_or_else(|| Error::internal(format!("component {component}")))?;
        rows.is_ragged |= rows.height > 0 && rows.width != row.len();
        rows.width = row.len();
        rows.height += 1;
        rows.samples.extend_from_slice(row);
        Ok(())
    })?;
    Ok(Planes { rows, questions: questions.get() })
}

impl Planes {
    /// Says what is wrong with the rows of a picture whose planes have these sizes.
    pub fn check_sizes(&self, sizes: &[(usize, usize)]) -> std::result::Result<(), String> {
        for (component, rows) in self.rows.iter().enumerate() {
            let (width, height) = sizes.get(component).copied().unwrap_or_default();
            let found = (rows.width, rows.height);
            let is_right = found == (width, height) || height == 0 && rows.height == 0;
            if rows.is_ragged || !is_right {
                return Err(format!("component {component}: rows of {found:?} for {:?}", (width, height)));
            }
        }
        Ok(())
    }
}

/// What must be alike; says where it is not.
pub fn check_alike(name: &str, one: &Result<Planes>, other: &Result<Planes>) -> std::result::Result<(), String> {
    match (one, other) {
        (one, other) if one == other => Ok(()),
        (Ok(_), Ok(_)) => Err(format!("{name}: other samples")),
        (Ok(_), Err(error)) | (Err(error), Ok(_)) => Err(format!("{name}: one accepts, one does not: {error}")),
        (Err(one), Err(other)) => Err(format!("{name}: {one}; {other}")),
    }
}
