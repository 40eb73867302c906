//! Which output format a client gets: the `Accept` header against the configured formats, as Next 16.4 decides.
//! Only what the header names is chosen. Knows nothing of what a format is or whether it can be written.

/// The place in `formats` of the format to answer with; `None` means the source's own format. Formats are media types
/// (`image/avif`) or their short names (`avif`).
///
/// The highest `q` wins, then the order of `formats`; `q=0` excludes. Wildcards choose nothing, but one with a higher
/// `q` than every named format says that the client would rather have something else. Parameters other than `q`, and
/// malformed ones, are ignored.
pub fn negotiate(accept: Option<&str>, formats: &[impl AsRef<str>]) -> Option<usize> {
    let ranges: Vec<_> = split_outside_quotes(accept?, ',').into_iter().map(Range::parse).collect();
    let named = |format: &str| ranges.iter().filter(|range| range.names(format)).map(|range| range.q).reduce(f64::max);
    let best = (0..formats.len())
        .filter_map(|place| Some((place, named(formats.get(place)?.as_ref())?)))
        .filter(|(_, q)| *q > 0.0)
        .reduce(|best, next| if next.1 > best.1 { next } else { best });
    let (place, q) = best?;
    let one_is_not_named = formats.iter().any(|format| named(format.as_ref()).is_none());
    let rather_another = ranges.iter().any(|range| range.is_wildcard() && range.q > q);
    (!(rather_another && one_is_not_named)).then_some(place)
}

/// One element of the header.
struct Range<'a> {
    media: &'a str,
    q: f64,
}

impl<'a> Range<'a> {
    fn parse(element: &'a str) -> Self {
        let mut parts = split_outside_quotes(element, ';').into_iter();
        let media = parts.next().unwrap_or_default().trim_matches([' ', '\t']);
        let q = parts.rev().find_map(parse_q).unwrap_or(1.0);
        Self { media, q }
    }

    /// Compared as written: Next looks for the configured spelling in the header.
    fn names(&self, format: &str) -> bool {
        if format.contains('/') { self.media == format } else { self.media.strip_prefix("image/") == Some(format) }
    }

    fn is_wildcard(&self) -> bool {
        self.media.starts_with("*/") || self.media.eq_ignore_ascii_case("image/*")
    }
}

/// The weight of a `q` parameter, `None` for any other. Values that are no weight count as 1, as in Next.
fn parse_q(parameter: &str) -> Option<f64> {
    let (name, value) = parameter.split_once('=')?;
    if !name.trim_matches([' ', '\t']).eq_ignore_ascii_case("q") {
        return None;
    }
    let value: String = value.chars().filter(|char| !matches!(char, ' ' | '\t')).collect();
    let q = parse_leading_number(&value).unwrap_or(1.0);
    Some(if q == 0.0 || (0.001..=1.0).contains(&q) { q } else { 1.0 })
}

/// The longest beginning of `text` that is a number, as JavaScript's `parseFloat` reads it.
fn parse_leading_number(text: &str) -> Option<f64> {
    let number_chars = text.bytes().take_while(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'+' | b'-' | b'e' | b'E'));
    // A weight has at most five characters; the bound keeps a hostile header from being parsed over and over.
    let most = number_chars.take(32).count();
    (1..=most).rev().find_map(|end| text.get(..end)?.parse().ok())
}

/// Splits at `separator`, but not inside of `="..."`.
fn split_outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut rest) = (0, 0);
    while let Some(offset) = text.get(rest..).and_then(|tail| tail.find([separator, '='])) {
        let at = rest + offset;
        rest = at + 1;
        let tail = text.get(rest..).unwrap_or_default();
        if text.get(at..rest) != Some("=") {
            parts.push(text.get(start..at).unwrap_or_default());
            start = rest;
        } else if let Some(end) = tail.strip_prefix('"').and_then(|quoted| quoted.find('"')) {
            rest += end + 2;
        }
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const A: &str = "image/avif";
    const W: &str = "image/webp";

    /// Answers of Next 16.4.6: `getSupportedMimeType` of `dist/server/image-optimizer.js`, executed in Node.
    #[rustfmt::skip]
    const NEXT: &[(&[&str], &str, Option<&str>)] = &[
        (&[A, W], "", None),
        (&[A, W], "*/*", None),
        (&[A, W], "image/*", None),
        (&[A, W], "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", Some(A)),
        (&[W], "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", Some(W)),
        (&[A, W], "image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5", Some(W)),
        (&[A, W], "image/webp,image/avif,video/*;q=0.8,image/png,image/*;q=0.5,*/*;q=0.3", Some(A)),
        (&[A], "image/webp", None),
        (&[A, W], "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", None),
        (&[A, W], "image/webp;q=0.9,image/avif;q=0.8", Some(W)),
        (&[A, W], "image/avif;q=0.9, image/webp", Some(W)),
        (&[A, W], "image/avif;q=0,image/webp;q=0.1", Some(W)),
        (&[A, W], "image/avif;q=0,image/*", None),
        (&[A, W], "image/avif;q=0.0,image/webp;q=0", None),
        (&[A, W], "image/*,image/webp;q=0.5", None),
        (&[W], "image/*,image/webp;q=0.5", Some(W)),
        (&[A, W], "*/*,image/webp;q=0.5", None),
        (&[A, W], "image/*;q=0.5,image/webp", Some(W)),
        (&[A, W], "image/*;q=0.5,image/webp;q=0.5", Some(W)),
        (&[A, W], "text/*,image/webp;q=0.5", Some(W)),
        (&[A, W], "*/*;q=0.9,image/avif;q=0.1,image/webp;q=0.2", Some(W)),
        (&[A, W], " image/webp ; q=0.5 , image/avif ;q = 0.4", Some(W)),
        (&[A, W], "\timage/webp\t;\tq=0.5", Some(W)),
        (&[A, W], ",,image/webp,,", Some(W)),
        (&[A, W], "IMAGE/WEBP", None),
        (&[A, W], "image / webp", None),
        (&[A, W], "image/webp;Q=0.5,image/avif;q=0.4", Some(W)),
        (&[A, W], "image/avif;q=abc,image/webp;q=0.9", Some(A)),
        (&[A, W], "image/avif;q=2,image/webp;q=0.9", Some(A)),
        (&[A, W], "image/avif;q=-1,image/webp;q=0.9", Some(A)),
        (&[A, W], "image/avif;q=0.0001,image/webp;q=0.9", Some(A)),
        (&[A, W], "image/avif;q=.5,image/webp;q=5e-1x", Some(A)),
        (&[A, W], "image/avif;q=0.4abc,image/webp;q=0.5", Some(W)),
        (&[A, W], "image/avif;q=1e400,image/webp", Some(A)),
        (&[A, W], "image/avif;q=0.1;q=0.9,image/webp;q=0.5", Some(A)),
        (&[A, W], "image/avif;q=0.9;q=0,image/webp;q=0.5", Some(W)),
        (&[A, W], "image/webp,image/webp;q=0", Some(W)),
        (&[A, W], "image/webp;q=0,image/webp", Some(W)),
        (&[A, W], "image/avif;q=0.2,image/webp;q=0.3,image/avif;q=0.4", Some(A)),
        (&[W], "text/html;a=\"x,image/webp\"", None),
        (&[A, W], "text/html;a=\"image/avif\",image/webp", Some(W)),
        (&[A, W], "text/html;a=\"x,image/webp", Some(W)),
        (&[A, W], "image/webp2", None),
        (&[A, W], "ximage/webp", None),
        (&[A, W], "image/webp/", None),
        (&[A, W], "image/webp+x", None),
        (&[A, W], "image/webp image/avif", None),
        (&[A, W], "image", None),
        (&[A, W], "/", None),
        (&[A, W], ";", None),
        (&[A, W], "image/webp;q=0.999,image/avif;q=0.998", Some(W)),
    ];

    fn choose<'a>(formats: &[&'a str], accept: &str) -> Option<&'a str> {
        negotiate(Some(accept), formats).map(|place| formats[place])
    }

    #[test]
    fn answers_as_next_does() {
        for (formats, accept, expected) in NEXT {
            assert_eq!(choose(formats, accept), *expected, "{accept}");
        }
        assert_eq!(negotiate(None, &[A, W]), None);
    }

    /// Where Next answers with a wrong type, throws, or sorts by alphabet, and its documentation says otherwise.
    #[test]
    fn differs_from_next_where_next_is_wrong() {
        assert_eq!(choose(&[W, A], "image/avif,image/webp"), Some(W), "Next: image/avif, though configured second");
        assert_eq!(choose(&[A, W], "image/webp;level=1"), Some(W), "Next: image/webp;level=1");
        assert_eq!(choose(&[A, W], "image/webp;level"), Some(W), "Next: throws");
        assert_eq!(choose(&[A, W], "image/webp;q=,image/avif;q=0.5"), Some(W), "Next: throws");
        assert_eq!(choose(&[A, W], "image/avif-sequence,*/*"), None, "Next: image/avif, a part of another type");
        assert_eq!(choose(&[], "image/webp"), None, "Next: image/webp, which is not configured");
    }

    #[test]
    fn short_names_are_formats_too() {
        assert_eq!(choose(&["avif", "webp"], "image/webp,text/avif"), Some("webp"));
    }

    proptest! {
        #[test]
        fn never_panics_and_names_only_what_the_header_names(
            accept in "([ia*]?(mage)?/?(avif|webp|[*])?|[,;=\" \tq0-9.eE+-]|\\PC){0,20}",
        ) {
            let formats = [A, W];
            if let Some(place) = negotiate(Some(&accept), &formats) {
                prop_assert!(accept.contains(formats[place]));
            }
        }
    }
}
