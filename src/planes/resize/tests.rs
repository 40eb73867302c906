//! The resizer against a slow one in f64, which holds the whole picture and has no fixed point.

use super::*;
use crate::planes::kernels::Kernels;

fn noise(width: u32, height: u32) -> Plane {
    let mut seed = width.wrapping_mul(31).wrapping_add(height);
    let data = (0..width * height).map(|_| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 24) as u8
    });
    Plane::new(width, height, data.collect()).unwrap()
}

/// Noise with the contrast of a photograph, so that nothing is cut at black and white.
fn soft(width: u32, height: u32) -> Plane {
    let mut plane = noise(width, height);
    plane.data_mut().iter_mut().for_each(|sample| *sample = 96 + *sample / 4);
    plane
}

fn lanczos(x: f64) -> f64 {
    let sinc = |x: f64| if x == 0.0 { 1.0 } else { x.sin() / x };
    let x = x * std::f64::consts::PI;
    if x.abs() < 3.0 * std::f64::consts::PI { sinc(x) * sinc(x / 3.0) } else { 0.0 }
}

fn slow_row(row: &[f64], axis: &Axis) -> Vec<f64> {
    let stretch = axis.step().max(1.0);
    let one = |index| {
        let weights = (0..row.len()).map(|x| lanczos((x as f64 + 0.5 - axis.center(index)) / stretch));
        let total: f64 = weights.clone().sum();
        weights.zip(row).map(|(weight, sample)| weight * sample).sum::<f64>() / total
    };
    (0..axis.target()).map(one).collect()
}

fn slow(plane: &Plane, across: &Axis, down: &Axis, light: Light) -> Vec<f64> {
    let to = |v: u8| match (light, f64::from(v) / 255.0) {
        (Light::Gamma, v) => v,
        (Light::Linear, v) if v <= 0.04045 => v / 12.92,
        (Light::Linear, v) => ((v + 0.055) / 1.055).powf(2.4),
    };
    let from = |v: f64| match light {
        Light::Gamma => v,
        Light::Linear if v <= 0.003_130_8 => v * 12.92,
        Light::Linear => 1.055 * v.powf(1.0 / 2.4) - 0.055,
    };
    let rows: Vec<Vec<f64>> =
        plane.rows().map(|row| slow_row(&row.iter().map(|v| to(*v)).collect::<Vec<_>>(), across)).collect();
    let mut resized = vec![0.0; (across.target() * down.target()) as usize];
    for x in 0..across.target() as usize {
        let column: Vec<f64> = rows.iter().map(|row| row[x]).collect();
        for (y, value) in slow_row(&column, down).into_iter().enumerate() {
            resized[y * across.target() as usize + x] = (from(value) * 255.0).clamp(0.0, 255.0);
        }
    }
    resized
}

fn fast(plane: &Plane, across: &Axis, down: &Axis, channel: Channel, kernels: Kernels) -> Plane {
    let mut resizer = PlaneResizer::new(across, down, channel, Range::Full).unwrap();
    resizer.vertical.set_kernels(kernels);
    let mut target = Plane::zeroed(across.target(), down.target()).unwrap();
    for row in plane.rows() {
        resizer.push_row(row, &mut target).unwrap();
    }
    assert!(resizer.is_done());
    target
}

const CASES: [((u32, u32), (u32, u32)); 9] = [
    ((64, 64), (32, 32)),
    ((101, 77), (33, 50)),
    ((100, 100), (99, 99)),
    ((33, 1), (7, 1)),
    ((1, 33), (1, 7)),
    ((1, 1), (1, 1)),
    ((200, 201), (3, 1)),
    ((37, 64), (37, 5)),
    ((64, 37), (5, 37)),
];

#[test]
fn agrees_with_the_slow_one() {
    for (source, target) in CASES {
        let (across, down) = (Axis::new(source.0, target.0).unwrap(), Axis::new(source.1, target.1).unwrap());
        for (light, plane) in [(Light::Gamma, noise(source.0, source.1)), (Light::Linear, soft(source.0, source.1))] {
            let wanted = slow(&plane, &across, &down, light);
            let found = fast(&plane, &across, &down, Channel::Luma(light), Kernels::detect());
            for (found, wanted) in found.data().iter().zip(wanted) {
                let difference = (f64::from(*found) - wanted).abs();
                assert!(difference < 0.75, "{source:?} to {target:?}, {light:?}: {found} for {wanted}");
            }
        }
    }
}

#[test]
fn a_part_agrees_with_the_slow_one() {
    let plane = noise(90, 70);
    for (start, len) in [((10.0, 3.0), (60.0, 60.0)), ((0.25, 20.75), (51.5, 49.25)), ((29.5, 0.0), (60.5, 33.3))] {
        let across = Axis::cropped(90, 20, start.0, len.0).unwrap();
        let down = Axis::cropped(70, 33, start.1, len.1).unwrap();
        let found = fast(&plane, &across, &down, Channel::Chroma, Kernels::detect());
        for (found, wanted) in found.data().iter().zip(slow(&plane, &across, &down, Light::Gamma)) {
            assert!((f64::from(*found) - wanted).abs() < 0.75, "{start:?} {len:?}: {found} for {wanted}");
        }
    }
}

#[test]
fn twins_give_the_same_picture() {
    for (source, target) in CASES {
        let plane = noise(source.0, source.1);
        let (across, down) = (Axis::new(source.0, target.0).unwrap(), Axis::new(source.1, target.1).unwrap());
        for channel in [Channel::Luma(Light::Gamma), Channel::Luma(Light::Linear)] {
            let slow = fast(&plane, &across, &down, channel, Kernels::Portable);
            assert_eq!(slow, fast(&plane, &across, &down, channel, Kernels::detect()));
        }
    }
}

#[test]
fn the_same_size_changes_nothing() {
    let plane = noise(45, 31);
    let (across, down) = (Axis::new(45, 45).unwrap(), Axis::new(31, 31).unwrap());
    for channel in [Channel::Luma(Light::Gamma), Channel::Luma(Light::Linear), Channel::Chroma] {
        assert_eq!(fast(&plane, &across, &down, channel, Kernels::detect()), plane);
    }
}

#[test]
fn flat_fields_stay_what_they_are() {
    for (source, target) in CASES {
        let (across, down) = (Axis::new(source.0, target.0).unwrap(), Axis::new(source.1, target.1).unwrap());
        for sample in 0..=255 {
            let plane = Plane::new(source.0, source.1, vec![sample; (source.0 * source.1) as usize]).unwrap();
            for channel in [Channel::Luma(Light::Gamma), Channel::Luma(Light::Linear), Channel::Chroma] {
                let found = fast(&plane, &across, &down, channel, Kernels::detect());
                assert!(
                    found.data().iter().all(|found| *found == sample),
                    "{source:?} {target:?} {sample} {channel:?}"
                );
            }
        }
    }
}

#[test]
fn rows_come_out_as_soon_as_they_can() {
    let (across, down) = (Axis::new(8, 4).unwrap(), Axis::new(400, 100).unwrap());
    let mut resizer = PlaneResizer::new(&across, &down, Channel::Chroma, Range::Full).unwrap();
    let mut target = Plane::zeroed(4, 100).unwrap();
    for y in 0_u16..400 {
        resizer.push_row(&[7; 8], &mut target).unwrap();
        let can = ((f64::from(y) + 1.0 - 12.0) / 4.0 + 0.5).floor();
        assert!(resizer.done() as f64 >= can - 1.0, "{} of {can} rows after row {y}", resizer.done());
    }
    assert!(resizer.push_row(&[7; 8], &mut target).is_err());
}

#[test]
fn kept_bytes_are_within_what_was_said() {
    for (source, target) in CASES.into_iter().chain([((4000, 3000), (640, 480)), ((3000, 4000), (1, 1))]) {
        let (across, down) = (Axis::new(source.0, target.0).unwrap(), Axis::new(source.1, target.1).unwrap());
        let resizer = PlaneResizer::new(&across, &down, Channel::Chroma, Range::Full).unwrap();
        let rows = resizer.vertical.kept_bytes() + 2 * (resizer.line.len() + resizer.levels.len()) as u64;
        assert!(rows <= PlaneResizer::row_bytes(&across, &down), "{source:?} {target:?}");
    }
}
