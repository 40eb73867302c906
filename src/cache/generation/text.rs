//! The text of the generation file, for people too: a line a rule, oldest first, and a checksum, so that what was cut,
//! edited or torn is noticed. Believes nothing of a damaged one: a wrong digit in a time could forbid caching for good.
//! Never touches a file.
//!
//! ```text
//! pixmill generation 1
//! floor purge 1764000000000
//! 1764000000001 purge tag product-12
//! 1764000000002 invalidate prefix https://cdn.example.com/a/
//! end 3 5a3c91f0
//! ```

use crate::cache::rule::{Action, By, Rule};
use crate::cache::rules::Rules;

const HEADING: &str = "pixmill generation 1";

pub(super) fn write(rules: &Rules) -> String {
    let floors = rules.floors().map(|(at_ms, action)| format!("floor {} {at_ms}", action.name()));
    let list = rules.list().into_iter();
    let list = list.map(|(at_ms, action, by, value)| format!("{at_ms} {} {} {value}", action.name(), by.name()));
    let lines: Vec<_> = floors.chain(list).collect();
    let mut text = format!("{HEADING}\n");
    for line in &lines {
        text += line;
        text.push('\n');
    }
    let end = format!("end {} {:08x}\n", lines.len(), crc32fast::hash(text.as_bytes()));
    text + &end
}

/// `None` for whatever is not exactly what would have been written.
pub(super) fn parse(bytes: &[u8]) -> Option<Rules> {
    let mut rules = Rules::default();
    for line in std::str::from_utf8(bytes).ok()?.lines() {
        let _ = read_line(line, &mut rules);
    }
    (write(&rules).as_bytes() == bytes).then_some(rules)
}

/// `None` where the line says nothing.
fn read_line(line: &str, rules: &mut Rules) -> Option<()> {
    if let Some(floor) = line.strip_prefix("floor ") {
        let (action, at) = floor.split_once(' ')?;
        rules.raise_floor(Action::from_name(action)?, at.parse().ok()?);
        return Some(());
    }
    let mut words = line.splitn(4, ' ');
    let at = words.next()?.parse().ok()?;
    let (action, by) = (Action::from_name(words.next()?)?, By::from_name(words.next()?)?);
    rules.add(&Rule::new(action, by, words.next()?).ok()?, at);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        let mut rules = Rules::default();
        rules.raise_floor(Action::Purge, 3);
        for (action, by, value, at) in [
            (Action::Purge, By::Tag, "product-12", 10),
            (Action::Invalidate, By::Tag, "product-12", 9),
            (Action::Invalidate, By::Prefix, "https://cdn.example.com/a b ä/ ", 12),
            (Action::Purge, By::Prefix, "", 11),
        ] {
            rules.add(&Rule::new(action, by, value).expect("valid"), at);
        }
        rules
    }

    #[test]
    fn a_person_can_read_it() {
        let text = write(&rules());
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[..4], [HEADING, "floor purge 3", "9 invalidate tag product-12", "10 purge tag product-12"]);
        assert_eq!(lines[4..6], ["11 purge prefix ", "12 invalidate prefix https://cdn.example.com/a b ä/ "]);
        assert!(lines[6].starts_with("end 5 "), "{text}");
    }

    #[test]
    fn the_text_gives_the_rules_back() {
        for rules in [rules(), Rules::default()] {
            assert_eq!(parse(write(&rules).as_bytes()), Some(rules));
        }
    }

    #[test]
    fn a_cut_a_flipped_bit_and_a_line_too_many_are_noticed() {
        let text = write(&rules()).into_bytes();
        for len in 0..text.len() {
            assert_eq!(parse(&text[..len]), None, "{len}");
        }
        for bit in 0..text.len() * 8 {
            let mut text = text.clone();
            text[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(parse(&text), None, "{bit}");
        }
        assert_eq!(parse(&[text.as_slice(), b"13 purge tag x\n"].concat()), None);
    }
}
