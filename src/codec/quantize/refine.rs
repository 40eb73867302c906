//! Rounds of k-means over the unique colors: each goes to its nearest, each of the palette to the middle of its own.

use super::nearest::{Targets, nearest};
use super::point::{Point, point};
use super::unique::Unique;
use crate::error::Result;
use crate::limits::reserve;

/// A palette, which of it each unique color becomes, and the mean squared error in quarter levels.
pub(super) struct Refined {
    pub(super) palette: Vec<[u8; 4]>,
    pub(super) map: Vec<u8>,
    pub(super) error: f64,
}

pub(super) fn refine(unique: &Unique, points: &[Point], means: &[Point], rounds: u32) -> Result<Refined> {
    let mut keys = reserve(points.len() as u64)?;
    keys.resize(points.len(), 0);
    nearest(points, &Targets::new(means.iter().copied()), &mut keys);
    let mut palette = middles(unique, &keys, means.len())?;
    for _ in 0..rounds {
        nearest(points, &targets(&palette), &mut keys);
        palette = middles(unique, &keys, palette.len())?;
    }
    nearest(points, &targets(&palette), &mut keys);
    let error = error(unique, &keys);
    let mut map = reserve(keys.len() as u64)?;
    map.extend(keys.iter().map(|key| number(*key)));
    Ok(Refined { palette, map, error })
}

fn targets(palette: &[[u8; 4]]) -> Targets {
    Targets::new(palette.iter().map(|color| point(*color)))
}

const fn number(key: u32) -> u8 {
    key.to_le_bytes()[0]
}

fn error(unique: &Unique, keys: &[u32]) -> f64 {
    let (mut sum, mut total) = (0, 0);
    for (key, weight) in keys.iter().zip(unique.weights()) {
        sum += u64::from(key >> 8) * weight;
        total += weight;
    }
    sum as f64 / (total.max(1) as f64)
}

/// What the colors of one cluster sum to, premultiplied, and which of them is seen most.
#[derive(Clone, Copy, Default)]
struct Cluster {
    weight: u64,
    alpha: u64,
    color: [u64; 3],
    most: u64,
    main: [u8; 4],
    /// Has what is wholly transparent.
    is_clear: bool,
}

impl Cluster {
    fn add(&mut self, color: [u8; 4], weight: u64) {
        let [r, g, b, alpha] = color.map(u64::from);
        self.weight += weight;
        self.alpha += weight * alpha;
        self.is_clear |= alpha == 0;
        for (sum, sample) in self.color.iter_mut().zip([r, g, b]) {
            *sum += weight * alpha * sample;
        }
        if weight > self.most {
            (self.most, self.main) = (weight, color);
        }
    }

    /// A color that is most of its cluster stays itself: the background of a page is not shifted by the edges of its text.
    fn middle(&self) -> Option<[u8; 4]> {
        if self.weight == 0 {
            return None;
        }
        // A margin that cannot be seen does not become a faint box around the picture.
        if self.is_clear {
            return Some([0; 4]);
        }
        if self.most * 2 >= self.weight || self.alpha == 0 {
            return Some(self.main);
        }
        let mean = |sum: u64, count: u64| u8::try_from((sum + count / 2) / count).unwrap_or(u8::MAX);
        let [r, g, b] = self.color.map(|sum| mean(sum, self.alpha));
        // A few pixels of a soft edge do not make a face translucent.
        let alpha = match mean(self.alpha, self.weight) {
            252.. => u8::MAX,
            alpha => alpha,
        };
        Some([r, g, b, alpha])
    }
}

/// The new palette; a cluster without colors is gone.
fn middles(unique: &Unique, keys: &[u32], len: usize) -> Result<Vec<[u8; 4]>> {
    let mut clusters = [Cluster::default(); 256];
    for ((key, color), weight) in keys.iter().zip(unique.colors()).zip(unique.weights()) {
        clusters[usize::from(number(*key))].add(*color, *weight);
    }
    let mut palette = reserve(len as u64)?;
    palette.extend(clusters.iter().take(len).filter_map(Cluster::middle));
    Ok(palette)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_keeps_its_main_color() {
        let mut cluster = Cluster::default();
        cluster.add([255, 255, 255, 255], 90);
        cluster.add([240, 240, 240, 255], 10);
        assert_eq!(cluster.middle(), Some([255; 4]));
        cluster.add([200, 200, 200, 255], 80);
        cluster.add([100, 100, 100, 255], 20);
        assert_eq!(cluster.middle(), Some([217, 217, 217, 255]));
    }

    #[test]
    fn the_transparent_does_not_color_the_rest() {
        let mut cluster = Cluster::default();
        for (color, weight) in [([0, 0, 0, 1], 10), ([200, 100, 50, 200], 9), ([200, 100, 50, 100], 9)] {
            cluster.add(color, weight);
        }
        assert_eq!(cluster.middle(), Some([199, 100, 50, 97]));
        cluster.add([0; 4], 1);
        assert_eq!(cluster.middle(), Some([0; 4]), "a margin stays clear");
    }
}
