#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]
use pixmill::codec::{Shrink, buffer_bytes, decode, probe};
use pixmill::limits::Limits;

#[test]
#[ignore = "a scratch"]
fn dump() {
    let list = std::env::var("LIST").unwrap();
    for path in list.split(':') {
        let bytes = std::fs::read(path).unwrap();
        let limits = Limits::default();
        let header = match probe(&bytes, &limits) {
            Ok(header) => header,
            Err(error) => {
                println!("{path}\tprobe {error}");
                continue;
            }
        };
        if let Err(error) = header.check(&limits) {
            println!("{path}\tcheck {error}");
            continue;
        }
        if header.format.name() != "avif" {
            continue;
        }
        let buffer = vec![0; buffer_bytes(&header, Shrink::None) as usize];
        match decode(&bytes, &header, Shrink::None, &limits, buffer) {
            Err(error) => println!("{path}\tdecode {error}"),
            Ok(decoded) => {
                println!(
                    "{path}\tok {}x{} o{} f{} {:?} depth {} profile {:?} need {}",
                    header.width,
                    header.height,
                    header.orientation.number(),
                    header.frames,
                    header.layout,
                    header.bit_depth,
                    decoded.profile.as_ref().map(Vec::len),
                    header.decoder_bytes
                );
                let name = std::path::Path::new(path).file_name().unwrap().to_str().unwrap();
                let kind = if header.has_alpha() { image::ColorType::Rgba8 } else { image::ColorType::Rgb8 };
                image::save_buffer(
                    format!("/tmp/probe/{name}.png"),
                    decoded.image.data(),
                    header.width,
                    header.height,
                    kind,
                )
                .unwrap();
            }
        }
    }
}
