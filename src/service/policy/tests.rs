use super::*;
use crate::model::{Record, Text};

fn words(text: &[&str]) -> Vec<String> {
    text.iter().map(|word| (*word).to_owned()).collect()
}

fn place<'a>(profile: &'a str, account: &'a str) -> Place<'a> {
    Place { profile, account, region: "eu-west-1" }
}

fn row(tags: &[(&str, &str)]) -> Resource {
    let tags = tags.iter().map(|(key, value)| (Text::new(key), Text::new(value))).collect();
    Resource { id: "i-1".into(), name: "web".into(), cells: Record::default(), tags, parents: [].into() }
}

fn locking(rule: Rule) -> Rules {
    let aliases = BTreeMap::from([("111122223333".to_owned(), "shop-prod".to_owned())]);
    Rules { rules: vec![Rule { read_only: true, ..rule }], aliases }
}

/// What a lock says; empty where there is none.
fn told(rules: &Rules, profile: &str, account: &str, tags: &[(&str, &str)]) -> String {
    rules.of(place(profile, account), &row(tags)).lock.map(|lock| lock.to_string()).unwrap_or_default()
}

/// A rule, a profile, an account, tags, and what the lock there says.
type Case = (Rule, &'static str, &'static str, &'static [(&'static str, &'static str)], &'static str);

#[test]
fn every_pattern_of_a_rule_must_fit_and_what_is_not_known_may() {
    let profile = || Rule { profile: words(&["prod*", "live"]), ..Rule::default() };
    let account = || Rule { account: words(&["1111*"]), ..Rule::default() };
    let alias = || Rule { alias: words(&["*-prod"]), ..Rule::default() };
    let tag = || Rule { tag: vec![Tag::read("env=prod*").expect("a tag")], ..Rule::default() };
    let both = || Rule { account: words(&["1111*"]), ..profile() };
    let (here, other) = ("111122223333", "444455556666");
    let prod: &'static [(&str, &str)] = &[("env", "production")];
    let cases: &[Case] = &[
        (profile(), "prod-eu", "", &[], "read-only by policy prod*"),
        (profile(), "live", "", &[], "read-only by policy prod*"),
        (profile(), "staging", "", &[], ""),
        (profile(), "Prod-eu", "", &[], ""),
        (account(), "any", here, &[], "read-only by policy 1111*"),
        (account(), "any", other, &[], ""),
        (account(), "any", "", &[], "maybe 1111*: account not known yet"),
        (alias(), "any", here, &[], "read-only by policy *-prod"),
        (alias(), "any", other, &[], ""),
        (alias(), "any", "", &[], "maybe *-prod: account not known yet"),
        (both(), "prod", here, &[], "read-only by policy prod*"),
        (both(), "prod", other, &[], ""),
        (both(), "prod", "", &[], "maybe prod*: account not known yet"),
        (both(), "staging", "", &[], ""),
        (tag(), "any", "", prod, "read-only by policy env"),
        (tag(), "any", "", &[("env", "test")], ""),
        (tag(), "any", "", &[("team", "prod")], ""),
        (tag(), "any", "", &[], "maybe env: tags not known"),
    ];
    for (rule, profile, account, tags, expected) in cases {
        assert_eq!(told(&locking(rule.clone()), profile, account, tags), *expected, "{rule:?} {profile} {account} {tags:?}");
    }
}

#[test]
fn a_rule_about_rows_says_nothing_about_a_place() {
    let rules = locking(Rule { tag: vec![Tag::read("env").expect("a tag")], ..Rule::default() });
    assert_eq!(rules.at(place("prod", "")), Verdict::default());
    assert_eq!(told(&rules, "prod", "", &[("env", "anything")]), "read-only by policy env");
}

#[test]
fn the_strictest_wins_whichever_comes_last() {
    let label = |text: &str| Some(Label { text: text.to_owned(), tint: Tint::Bad });
    let all = Rule { profile: words(&["*"]), label: label("ALL"), ..Rule::default() };
    let typed = Rule { profile: words(&["prod"]), confirm: Confirm::Typed, ..Rule::default() };
    let locked = Rule { profile: words(&["prod"]), read_only: true, label: label("PROD"), ..Rule::default() };
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let rules = Rules { rules: order.map(|at| [&all, &typed, &locked][at].clone()).to_vec(), ..Rules::default() };
        let verdict = rules.at(place("prod", ""));
        assert_eq!(
            (verdict.confirm, verdict.lock.map(|lock| lock.to_string())),
            (Confirm::Typed, Some("read-only by policy PROD".to_owned()))
        );
        assert_eq!(rules.at(place("test", "")), Verdict { label: all.label.as_ref(), ..Verdict::default() });
    }
}

#[test]
fn what_may_fit_forbids_and_shows_nothing() {
    let label = Some(Label { text: "PROD".to_owned(), tint: Tint::Bad });
    let rule = Rule { account: words(&["1"]), read_only: true, confirm: Confirm::Typed, label, ..Rule::default() };
    let certain = Rule { profile: words(&["p"]), read_only: true, ..Rule::default() };
    let rules = Rules { rules: vec![rule, certain], ..Rules::default() };
    let verdict = rules.at(place("q", ""));
    assert_eq!((verdict.confirm, verdict.label), (Confirm::Typed, None));
    assert_eq!(verdict.lock.expect("locked").to_string(), "maybe PROD: account not known yet");
    assert_eq!(rules.at(place("p", "")).lock.expect("locked").to_string(), "read-only by policy p");
    assert_eq!(rules.at(place("q", "2")), Verdict::default());
}

#[test]
fn tags_are_read_with_and_without_a_value() {
    let tag = |key: &str, value: &str| Some(Tag { key: key.to_owned(), value: value.to_owned() });
    assert_eq!((Tag::read("env=prod"), Tag::read(" env "), Tag::read("a=b=c")), (tag("env", "prod"), tag("env", "*"), tag("a", "b=c")));
    assert_eq!((Tag::read(""), Tag::read("=prod")), (None, None));
}
