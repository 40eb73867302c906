//! The library of SVT-AV1 for tests, and what they feed it with.

use std::path::Path;

use pixmill::codec::{avif_encoder, name_svt_av1};
use pixmill::planes::{Plane, Planes, Range, Subsampling};

/// Says whether SVT-AV1 is there, and that it is used.
pub(crate) fn has_svt() -> bool {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("libSvtAv1Enc.so.4");
    if !file.is_file() {
        println!("SVT-AV1 is not beside the package: nothing was tested");
        return false;
    }
    name_svt_av1(file.into());
    assert_eq!(avif_encoder().name, "SVT-AV1", "{:?}", avif_encoder().fault);
    true
}

/// The worst there is to encode.
pub(crate) fn noise(width: u32, height: u32) -> Planes {
    let mut state = 1_u32;
    let mut plane = |width, height| {
        let sample = |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        };
        Plane::new(width, height, (0..width * height).map(sample).collect()).expect("a plane")
    };
    let (across, down) = Subsampling::BOTH.size((width, height));
    let (luma, chroma) = (plane(width, height), [plane(across, down), plane(across, down)]);
    Planes::color(luma, Subsampling::BOTH, chroma, Range::Full).expect("planes")
}
