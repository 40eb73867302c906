//! The whole job, from hostile bytes to a small variant in each format: no panic, no fault that is not the file's, a
//! variant of the size and the format that was asked for, and every byte that was lent comes back.

use std::sync::{Arc, LazyLock};

use pixmill::error::Error;
use pixmill::format::{Format, sniff};
use pixmill::pipeline::{Fit, Output, Request, Target as Wanted, optimize};
use pixmill::pool::{Cancel, Pool, PoolConfig};
use pixmill::source::Source;

use super::{Target, Verdict, check_blame, headers, limits};
use crate::random::{Random, hash};
use crate::seeds;

const BUDGET_BYTES: u64 = 32 << 20;
/// AVIF once: its encoder takes longer than everything else together.
const FORMATS: [Format; 12] = [
    Format::Webp,
    Format::Jpeg,
    Format::Png,
    Format::Gif,
    Format::Webp,
    Format::Jpeg,
    Format::Png,
    Format::Webp,
    Format::Jpeg,
    Format::Png,
    Format::Gif,
    Format::Avif,
];
const FITS: [Fit; 4] = [Fit::Inside, Fit::Cover, Fit::Contain, Fit::Fill];

static POOL: LazyLock<Pool> =
    LazyLock::new(|| Pool::new(PoolConfig { threads: 1, budget_bytes: BUDGET_BYTES, ..PoolConfig::default() }));

pub struct Optimize;

impl Target for Optimize {
    fn name(&self) -> &'static str {
        "optimize"
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        seeds::all()
    }

    fn mutate(&self, random: &mut Random, input: &[u8], other: &[u8]) -> Vec<u8> {
        headers::mutated(random, input, other)
    }

    fn check(&self, input: &[u8]) -> Result<Verdict, String> {
        let request = request(&mut Random::new(hash(input)));
        let result = run(input, &request);
        let stats = POOL.stats();
        if stats.lent_bytes != 0 || stats.peak_lent_bytes > BUDGET_BYTES {
            return Err(format!("{} bytes still lent, {} at most", stats.lent_bytes, stats.peak_lent_bytes));
        }
        match result {
            Err(error) => check_blame(&error).map(|()| Verdict::refused(&error)),
            Ok(output) => {
                check_output(&output, &request)?;
                Ok(Verdict::accepted((sniff(input), output.format, output.width.ilog2(), output.height.ilog2())))
            }
        }
    }
}

fn request(random: &mut Random) -> Request {
    let side = |random: &mut Random| (!random.once_in(4)).then(|| 1 + random.below(48) as u32);
    let format = random.pick(&FORMATS).copied().unwrap_or(Format::Webp);
    let (width, height) = (Some(1 + random.below(48) as u32), side(random));
    let fit = random.pick(&FITS).copied().unwrap_or_default();
    Request { width, height, fit, target: Wanted::Format(format), ..Request::default() }
}

fn run(input: &[u8], request: &Request) -> Result<Output, Error> {
    let (source, request) = (Source::Bytes(Arc::new(input.to_vec())), request.clone());
    POOL.run(Cancel::new(), move |job| optimize(&source, false, &request, &limits(), job))
}

fn check_output(output: &Output, request: &Request) -> Result<(), String> {
    let is_wanted = request.target == Wanted::Format(output.format);
    let is_told = sniff(&output.data).is_some_and(|format| format.name() == output.format.name());
    let fits = |side: u32, limit: Option<u32>| side > 0 && limit.is_none_or(|limit| side <= limit);
    if is_wanted && is_told && fits(output.width, request.width) && fits(output.height, request.height) {
        return Ok(());
    }
    Err(format!("{:?} of {}x{} for {request:?}", output.format, output.width, output.height))
}
