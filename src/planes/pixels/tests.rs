use super::*;

fn noise(seed: u32) -> impl FnMut() -> u8 {
    let mut state = seed;
    move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    }
}

fn resized(layout: Layout, data: &[u8], (width, height): (u32, u32), (across, down): (&Axis, &Axis)) -> Image {
    let target = vec![7; across.target() as usize * down.target() as usize * layout.channels()];
    let mut resizer = PixelsResizer::new(layout, across, down, target).unwrap();
    let row_bytes = data.len() / height as usize;
    assert!(row_bytes.is_multiple_of(width as usize * layout.channels()));
    for row in data.chunks_exact(row_bytes) {
        let is_wide = row_bytes > width as usize * layout.channels();
        resizer.push_row(if is_wide { Samples::Wide(row) } else { Samples::Bytes(row) }).unwrap();
    }
    resizer.finish().unwrap()
}

fn whole(width: u32, height: u32, target: (u32, u32)) -> (Axis, Axis) {
    (Axis::new(width, target.0).unwrap(), Axis::new(height, target.1).unwrap())
}

fn to_light(sample: u8) -> f64 {
    let value = f64::from(sample) / 255.0;
    if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

fn from_light(light: f64) -> f64 {
    255.0 * if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 }
}

/// Light, weighted by alpha, of every target pixel: the obvious way, in floating point.
fn reference(data: &[u8], (width, height): (u32, u32), target: (u32, u32)) -> Vec<f64> {
    let lanczos = |x: f64| {
        let sinc = |x: f64| if x == 0.0 { 1.0 } else { (std::f64::consts::PI * x).sin() / (std::f64::consts::PI * x) };
        if x.abs() < 3.0 { sinc(x) * sinc(x / 3.0) } else { 0.0 }
    };
    let weights = |samples: u32, target: u32, at: u32| -> Vec<f64> {
        let scale = f64::from(samples) / f64::from(target);
        let center = (f64::from(at) + 0.5) * scale;
        let exact: Vec<f64> = (0..samples).map(|s| lanczos((f64::from(s) + 0.5 - center) / scale)).collect();
        let sum: f64 = exact.iter().sum();
        exact.into_iter().map(|weight| weight / sum).collect()
    };
    let mut pixels = Vec::new();
    for y in 0..target.1 {
        for x in 0..target.0 {
            let mut sums = [0.0; 4];
            for (row, down) in weights(height, target.1, y).into_iter().enumerate() {
                for (column, across) in weights(width, target.0, x).into_iter().enumerate() {
                    let at = (row * width as usize + column) * 4;
                    let alpha = f64::from(data[at + 3]) / 255.0;
                    for (sum, sample) in sums.iter_mut().zip(&data[at..at + 3]) {
                        *sum += across * down * alpha * to_light(*sample);
                    }
                    sums[3] += across * down * alpha;
                }
            }
            let alpha = sums[3].clamp(0.0, 1.0);
            pixels.extend(sums[..3].iter().map(|sum| from_light((sum / alpha).clamp(0.0, 1.0))));
            pixels.push(alpha * 255.0);
        }
    }
    pixels
}

#[test]
fn light_is_averaged_as_the_formula_says() {
    let mut noise = noise(5);
    for (size, target) in [((40, 30), (13, 9)), ((33, 20), (33, 7)), ((9, 50), (4, 50)), ((3, 2), (1, 1))] {
        let data: Vec<u8> = (0..size.0 * size.1).flat_map(|_| [noise(), noise(), noise(), noise() | 128]).collect();
        let (across, down) = whole(size.0, size.1, target);
        let image = resized(Layout::Rgba, &data, size, (&across, &down));
        for (at, (found, wanted)) in image.data().iter().zip(reference(&data, size, target)).enumerate() {
            assert!((f64::from(*found) - wanted).abs() < 2.0, "{size:?} {at}: {found} for {wanted}");
        }
    }
}

#[test]
fn layouts_agree_where_nothing_is_transparent() {
    let mut noise = noise(6);
    let gray: Vec<u8> = (0..50 * 40).map(|_| noise()).collect();
    let (across, down) = whole(50, 40, (17, 11));
    let of = |layout, data: &[u8]| resized(layout, data, (50, 40), (&across, &down));
    let wanted = of(Layout::Gray, &gray);
    let spread = |pixel: fn(u8) -> Vec<u8>| gray.iter().flat_map(|sample| pixel(*sample)).collect::<Vec<u8>>();
    let same = |image: Image| {
        let pixels = image.data().chunks_exact(image.layout().channels());
        pixels.map(|pixel| pixel[0]).eq(wanted.data().iter().copied())
    };
    assert!(same(of(Layout::GrayAlpha, &spread(|sample| vec![sample, 255]))));
    assert!(same(of(Layout::Rgb, &spread(|sample| vec![sample; 3]))));
    assert!(same(of(Layout::Rgba, &spread(|sample| vec![sample, sample, sample, 255]))));
}

#[test]
fn wide_samples_of_bytes_come_out_as_the_bytes_do() {
    let mut noise = noise(7);
    for layout in [Layout::Gray, Layout::GrayAlpha, Layout::Rgb, Layout::Rgba] {
        let bytes: Vec<u8> = (0..30 * 30 * layout.channels()).map(|_| noise()).collect();
        let wide: Vec<u8> = bytes.iter().flat_map(|sample| [*sample, *sample]).collect();
        let (across, down) = whole(30, 30, (10, 11));
        let of = |data: &[u8]| resized(layout, data, (30, 30), (&across, &down));
        let (narrow, wide) = (of(&bytes), of(&wide));
        let most = narrow.data().iter().zip(wide.data()).map(|(one, other)| one.abs_diff(*other)).max();
        assert!(most.unwrap() <= 1, "{layout:?}: {most:?}");
    }
}

#[test]
fn wide_samples_keep_what_bytes_lose() {
    // By halves of a step: 100.2 and 100.7 on the average.
    let (across, down) = whole(16, 16, (4, 4));
    let of = |pair: [u16; 2]| {
        let data = pair.map(u16::to_be_bytes).concat().repeat(16 * 8);
        resized(Layout::Gray, &data, (16, 16), (&across, &down)).data().to_vec()
    };
    let step = |part: u16| 257 * 100 + part;
    assert_eq!(of([step(0), step(120)]), vec![100; 16]);
    assert_eq!(of([step(120), step(250)]), vec![101; 16]);
}

#[test]
fn the_invisible_lends_no_color() {
    let data: Vec<u8> =
        (0..64).flat_map(|at| if at % 2 == 0 { [200, 100, 50, 255] } else { [0, 255, 255, 0] }).collect();
    let (across, down) = whole(64, 1, (16, 1));
    let image = resized(Layout::Rgba, &data, (64, 1), (&across, &down));
    for pixel in image.data().chunks_exact(4) {
        assert!([200_u8, 100, 50].iter().zip(pixel).all(|(wanted, found)| wanted.abs_diff(*found) <= 1), "{pixel:?}");
    }
    let none = resized(Layout::Rgba, &[9, 9, 9, 0].repeat(64), (64, 1), (&across, &down));
    assert!(none.data().iter().all(|sample| *sample == 0));
}

#[test]
fn a_crop_sees_its_part() {
    let data: Vec<u8> = (0..40 * 4).map(|at| if (10..30).contains(&(at % 40)) { 180 } else { 20 }).collect();
    let across = Axis::cropped(40, 4, 14.0, 12.0).unwrap();
    let down = Axis::new(4, 2).unwrap();
    let image = resized(Layout::Gray, &data, (40, 4), (&across, &down));
    assert!(image.data().iter().all(|sample| sample.abs_diff(180) <= 6), "{:?}", image.data());
}

#[test]
fn rows_of_another_size_and_missing_ones_are_refused() {
    let (across, down) = whole(8, 8, (4, 4));
    assert!(PixelsResizer::new(Layout::Rgb, &across, &down, vec![0; 47]).is_err());
    let mut resizer = PixelsResizer::new(Layout::Rgb, &across, &down, vec![0; 48]).unwrap();
    assert!(resizer.push_row(Samples::Bytes(&[0; 23])).is_err());
    assert!(resizer.push_row(Samples::Wide(&[0; 24])).is_err());
    resizer.push_row(Samples::Bytes(&[0; 24])).unwrap();
    assert!(resizer.finish().is_err());
}
