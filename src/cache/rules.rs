//! The rules in force: each says that what was stored at or before its time is absent, or stale. Their number is
//! bounded; of those that had to go a floor remembers the time, for all entries alike, so that an entry may be lost
//! but none comes back. Pure: times are passed in, and joining two sets in any order gives one result.

use std::collections::BTreeMap;

use super::rule::{Action, By, Rule};
use super::tags::Tags;
use super::until::{Until, Verdict};

const MAX_RULES: usize = 4096;
const MAX_VALUE_BYTES: usize = 4 * 1024 * 1024;

type Named = BTreeMap<String, Until>;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Rules {
    tags: Named,
    prefixes: Named,
    floor: Until,
}

impl Rules {
    pub(super) fn of(rule: &Rule, at_ms: u64) -> Self {
        let mut rules = Self::default();
        rules.add(rule, at_ms);
        rules
    }

    pub(super) fn add(&mut self, rule: &Rule, at_ms: u64) {
        let until = self.named(rule.by).entry(rule.value.clone()).or_default();
        *until = until.join(Until::of(rule.action, at_ms));
    }

    /// A rule for everything.
    pub(super) fn raise_floor(&mut self, action: Action, at_ms: u64) {
        self.floor = self.floor.join(Until::of(action, at_ms));
    }

    pub(super) fn verdict(&self, tags: &Tags<'_>, stored_at_ms: u64) -> Verdict {
        let by_tag = tags.lines().filter_map(|tag| self.tags.get(tag));
        let by_prefix = tags.sources().flat_map(|source| {
            self.prefixes.iter().filter(|(prefix, _)| source.starts_with(prefix.as_str())).map(|(_, until)| until)
        });
        let until = by_tag.chain(by_prefix).fold(self.floor, |sum, until| sum.join(*until));
        until.verdict(stored_at_ms)
    }

    /// Takes the rules of `other` in, and returns those that were news; `None` when nothing was.
    pub(super) fn learn(&mut self, other: &Self) -> Option<Self> {
        let before = self.floor;
        let mut news = Self { floor: before.join(other.floor), ..Self::default() };
        self.floor = news.floor;
        for by in [By::Tag, By::Prefix] {
            for (value, until) in other.by(by) {
                let known = self.named(by).entry(value.clone()).or_default();
                let joined = known.join(*until);
                if joined != *known {
                    *known = joined;
                    news.named(by).insert(value.clone(), joined);
                }
            }
        }
        self.settle();
        news.floor = self.floor;
        news.drop_redundant();
        let are_news = news != Self { floor: before, ..Self::default() };
        are_news.then_some(news)
    }

    /// Oldest first.
    pub(super) fn list(&self) -> Vec<(u64, Action, By, &str)> {
        let named = [(By::Tag, &self.tags), (By::Prefix, &self.prefixes)];
        let all = named.into_iter().flat_map(|(by, named)| named.iter().map(move |(value, until)| (by, value, until)));
        let mut list: Vec<_> = all
            .flat_map(|(by, value, until)| until.list().map(move |(at, action)| (at, action, by, value.as_str())))
            .collect();
        list.sort_unstable();
        list
    }

    pub(super) fn floors(&self) -> impl Iterator<Item = (u64, Action)> + use<> {
        self.floor.list()
    }

    fn settle(&mut self) {
        self.drop_redundant();
        for (at_ms, action) in self.excess() {
            self.raise_floor(action, at_ms);
        }
        self.drop_redundant();
    }

    /// The times of the oldest, as many as have to go.
    fn excess(&self) -> Vec<(u64, Action)> {
        let (mut rules, mut bytes) = (0, 0);
        let newest_first = self.list().into_iter().rev();
        let beyond = newest_first.skip_while(|(_, _, _, value)| {
            rules += 1;
            bytes += value.len();
            rules <= MAX_RULES && bytes <= MAX_VALUE_BYTES
        });
        beyond.map(|(at_ms, action, ..)| (at_ms, action)).collect()
    }

    /// What the floor says already.
    fn drop_redundant(&mut self) {
        let floor = self.floor;
        for named in [&mut self.tags, &mut self.prefixes] {
            named.retain(|_, until| {
                *until = until.above(floor);
                *until != Until::default()
            });
        }
    }

    fn by(&self, by: By) -> &Named {
        match by {
            By::Tag => &self.tags,
            By::Prefix => &self.prefixes,
        }
    }

    fn named(&mut self, by: By) -> &mut Named {
        match by {
            By::Tag => &mut self.tags,
            By::Prefix => &mut self.prefixes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rules(list: &[(Action, By, &str, u64)]) -> Rules {
        let mut rules = Rules::default();
        for (action, by, value, at) in list {
            rules.learn(&Rules::of(&Rule::new(*action, *by, value).expect("valid"), *at));
        }
        rules
    }

    fn verdict(rules: &Rules, tags: &str, stored_at_ms: u64) -> Verdict {
        rules.verdict(&Tags::of_text(tags), stored_at_ms)
    }

    #[test]
    fn a_tag_matches_as_a_whole_and_a_prefix_the_source() {
        let purge = |by, value| rules(&[(Action::Purge, by, value, 10)]);
        let tags = "src:/a/b.jpg\nproduct-12";
        for (by, value, expected) in [
            (By::Tag, "product-12", Verdict::Absent),
            (By::Tag, "src:/a/b.jpg", Verdict::Absent),
            (By::Tag, "product-1", Verdict::Untouched),
            (By::Tag, "", Verdict::Untouched),
            (By::Prefix, "/a/", Verdict::Absent),
            (By::Prefix, "/a/b.jpg", Verdict::Absent),
            (By::Prefix, "", Verdict::Absent),
            (By::Prefix, "/b", Verdict::Untouched),
            (By::Prefix, "product", Verdict::Untouched),
            (By::Prefix, "src:/a", Verdict::Untouched),
        ] {
            assert_eq!(verdict(&purge(by, value), tags, 10), expected, "{by:?} {value}");
        }
        assert_eq!(verdict(&purge(By::Prefix, ""), "product-12", 10), Verdict::Untouched, "it names no source");
    }

    #[test]
    fn a_rule_concerns_what_was_stored_at_its_time_or_before() {
        let rules = rules(&[(Action::Purge, By::Tag, "a", 10), (Action::Invalidate, By::Tag, "a", 20)]);
        let verdicts = [10, 11, 20, 21].map(|stored_at| verdict(&rules, "a", stored_at));
        assert_eq!(verdicts, [Verdict::Absent, Verdict::StaleFrom(20), Verdict::StaleFrom(20), Verdict::Untouched]);
    }

    #[test]
    fn the_same_rule_again_replaces_the_older_one() {
        let mut known = rules(&[(Action::Purge, By::Tag, "a", 10)]);
        assert_eq!(known.learn(&rules(&[(Action::Purge, By::Tag, "a", 9)])), None);
        let newer = rules(&[(Action::Purge, By::Tag, "a", 11)]);
        assert_eq!(known.learn(&newer), Some(newer.clone()));
        assert_eq!(known, newer);
    }

    #[test]
    fn beyond_the_bound_the_oldest_become_a_floor() {
        let values: Vec<_> = (0..MAX_RULES + 10).map(|number| format!("tag-{number}")).collect();
        let mut all = Rules::default();
        for (at, value) in (0..).zip(&values) {
            let action = if at % 2 == 0 { Action::Purge } else { Action::Invalidate };
            all.add(&Rule::new(action, By::Tag, value).expect("valid"), at);
        }
        let mut known = Rules::default();
        let news = known.learn(&all).expect("news");
        assert!(known.list().len() <= MAX_RULES && known.list().len() > MAX_RULES - 10, "{}", known.list().len());
        assert_eq!(verdict(&known, "of no rule", 8), Verdict::Absent);
        assert_eq!(verdict(&known, "of no rule", 9), Verdict::StaleFrom(9));
        assert_eq!(verdict(&known, "of no rule", 10), Verdict::Untouched);
        assert_eq!(verdict(&news, "of no rule", 8), Verdict::Absent, "the floor is news too");
    }

    #[test]
    fn values_are_bounded_in_all() {
        let long = "x".repeat(MAX_VALUE_BYTES / 100);
        let mut known = Rules::default();
        for at in 0..150 {
            known.learn(&rules(&[(Action::Purge, By::Tag, &format!("{at:03}{long}"), at)]));
        }
        assert!(known.list().len() < 100);
        assert_eq!(verdict(&known, "", 49), Verdict::Absent);
    }

    const NAMES: [&str; 4] = ["src:/a/b", "src:/a", "x", "y"];
    const VALUES: [&str; 5] = ["src:/a/b", "/a", "/a/", "x", ""];

    fn any_rules() -> impl Strategy<Value = Rules> {
        let action = prop::sample::select(vec![Action::Purge, Action::Invalidate]);
        let by = prop::sample::select(vec![By::Tag, By::Prefix]);
        let value = prop::sample::select(VALUES.to_vec());
        let floor = prop::option::of((action.clone(), 0..20_u64));
        (prop::collection::vec((action, by, value, 0..20_u64), 0..8), floor).prop_map(|(list, floor)| {
            let mut known = rules(&list);
            if let Some((action, at)) = floor {
                let mut floor = Rules::default();
                floor.raise_floor(action, at);
                known.learn(&floor);
            }
            known
        })
    }

    fn learned(first: &Rules, second: &Rules) -> Rules {
        let mut rules = first.clone();
        rules.learn(second);
        rules
    }

    fn weakest_first(verdict: Verdict) -> (u8, u64) {
        match verdict {
            Verdict::Untouched => (0, 0),
            Verdict::StaleFrom(at) => (1, at),
            Verdict::Absent => (2, 0),
        }
    }

    proptest! {
        #[test]
        fn in_whatever_order_rules_are_learned_the_result_is_one(a in any_rules(), b in any_rules(), c in any_rules()) {
            prop_assert_eq!(learned(&a, &b), learned(&b, &a));
            prop_assert_eq!(learned(&learned(&a, &b), &c), learned(&a, &learned(&b, &c)));
            prop_assert_eq!(learned(&a, &a), a.clone());
            prop_assert_eq!(learned(&learned(&a, &b), &b), learned(&a, &b));
        }

        #[test]
        fn learning_never_weakens_a_verdict_and_news_are_all_that_changed(
            a in any_rules(), b in any_rules(), name in prop::sample::select(NAMES.to_vec()), stored_at in 0..21_u64,
        ) {
            let mut both = a.clone();
            let news = both.learn(&b).unwrap_or_default();
            let of = |rules: &Rules| weakest_first(verdict(rules, name, stored_at));
            prop_assert_eq!(of(&both), of(&a).max(of(&b)));
            prop_assert_eq!(of(&both), of(&a).max(of(&news)));
        }
    }
}
