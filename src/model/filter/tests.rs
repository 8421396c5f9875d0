use proptest::prelude::*;

use super::*;
use crate::model::{Health, Text};

fn row() -> Resource {
    Resource {
        id: Text::new("i-0abc"),
        name: Text::new("web-1a"),
        cells: [
            Cell::State(Health::Ok, Text::new("running")),
            Cell::Text(Text::new("m6i.large")),
            Cell::Count(8),
            Cell::Time(10_000),
            Cell::Text(Text::new("a b, c")),
        ]
        .into(),
        tags: [(Text::new("team"), Text::new("Payments")), (Text::new("cost center"), Text::new("x=y"))].into(),
        parents: [].into(),
    }
}

fn findings() -> [Finding; 1] {
    [Finding {
        severity: Severity::Critical,
        code: "status-check-failed",
        reason: Text::new("Out of memory"),
        since: None,
        advice: "restart it",
    }]
}

fn lookup(name: &str) -> Option<Field> {
    let column = ["state", "type", "vcpus", "age", "notes"].iter().position(|known| *known == name);
    column.map(Field::Column).or(match name {
        "region" => Some(Field::Region),
        "account" => Some(Field::Account),
        "finding" => Some(Field::Finding),
        "severity" => Some(Field::Severity),
        "cpu" => Some(Field::Metric(0, Unit::Percent)),
        "net in" => Some(Field::Metric(1, Unit::BytesPerSecond)),
        "duration" => Some(Field::Metric(2, Unit::Milliseconds)),
        "credits" => Some(Field::Metric(3, Unit::Count)),
        "errors" => Some(Field::Metric(4, Unit::Count)),
        _ => None,
    })
}

fn read(text: &str) -> Filter {
    Filter::parse(text, lookup).unwrap_or_else(|mistake| panic!("{text}: {mistake}"))
}

fn judge(filter: &Filter) -> Verdict {
    let row = row();
    let metric = |at: usize| match at {
        0 => Measured::Value(87.0),
        1 => Measured::Value(12e6),
        2 => Measured::Value(1_500.0),
        3 => Measured::Nothing,
        _ => Measured::Unknown,
    };
    let place = Place { region: "eu-west-1", profile: "prod", account: "123456789012" };
    let now = Timestamp::from_second(13_600).expect("in range");
    filter.judge(&Subject { row: &row, place, findings: &findings(), metric: &metric, now })
}

fn mistake(text: &str) -> Mistake {
    Filter::parse(text, lookup).expect_err(text)
}

/// What the row passes.
const PASSING: &[&str] = &[
    "",
    "WEB",
    "i-0a",
    "state:running",
    "state:stopped,running",
    "type:m6*",
    "type:m?i.large",
    "vcpus>4",
    "vcpus<9",
    "vcpus>=8",
    "vcpus<=8",
    "age>30m",
    "age<2h",
    "tag:team",
    "tag:team=pay*",
    "!spot",
    "web !stopped",
    "region:eu-*",
    "payments",
    "wb1a",
    "!wbz",
    "tag:team=ops,payments",
    "finding:status*",
    "finding:*memory*",
    "severity:critical",
    "account:prod",
    "account:1234*",
    "notes:\"a b, c\"",
    "tag:\"cost center\"=x=y",
    "\"m6i.large\"",
    "\"a b\"",
    "cpu>60",
    "cpu>86%",
    "\"net in\">10M",
    "\"net in\"<13MB/s",
    "duration>1s",
    "duration<1501ms",
    "!credits>5",
    "STATE:Running",
];

/// What it does not.
const FAILING: &[&str] = &[
    "db",
    "state:run",
    "type:m5*",
    "vcpus>8",
    "vcpus<8",
    "age<10m",
    "tag:owner",
    "tag:team=ops",
    "!web",
    "web db",
    "!",
    "wba1",
    "\"wb1a\"",
    "severity:notice",
    "account:staging",
    "cpu>88",
    "credits>0",
    "!cpu>60",
    "duration>2s",
];

#[test]
fn terms_are_all_required() {
    for text in PASSING {
        assert_eq!(judge(&read(text)), Verdict::Pass, "{text}");
    }
    for text in FAILING {
        assert_eq!(judge(&read(text)), Verdict::Fail, "{text}");
    }
}

#[test]
fn what_is_not_measured_is_told_apart_from_what_fails() {
    for (text, verdict) in [
        ("errors>0", Verdict::Unmeasured),
        ("!errors>0", Verdict::Unmeasured),
        ("errors>0 db", Verdict::Fail),
        ("db errors>0", Verdict::Fail),
    ] {
        assert_eq!(judge(&read(text)), verdict, "{text}");
    }
}

#[test]
fn mistakes_say_where_they_are_and_what_would_be_right() {
    for (text, at, sort, words) in [
        ("web colour:red x", 4..14, Sort::Wrong, "no column is called “colour”"),
        ("vcpus>many", 0..10, Sort::Wrong, "“many” is not a number or an age"),
        ("cpu>2h", 0..6, Sort::Wrong, "percent"),
        ("cpu:60", 0..6, Sort::Wrong, "compare it with < or >"),
        ("region>3", 0..8, Sort::Wrong, "ask with region:"),
        ("tag>3", 0..5, Sort::Wrong, "tag:key=value"),
        ("é state:", 3..9, Sort::Unfinished, "wants a value"),
        ("cpu>", 0..4, Sort::Unfinished, "wants a number"),
        ("tag:", 0..4, Sort::Unfinished, "wants the key"),
        ("tag:team=", 0..9, Sort::Unfinished, "wants a value"),
    ] {
        let mistake = mistake(text);
        assert_eq!((mistake.at, mistake.sort), (at, sort), "{text}");
        assert!(mistake.reason.contains(words), "{text}: {}", mistake.reason);
    }
    assert_eq!(judge(&read("state:\"\"")), Verdict::Fail, "an empty value is one");
}

#[test]
fn without_a_screen_words_are_taken_as_they_stand() {
    assert_eq!(judge(&read("wb1a").literal()), Verdict::Fail);
    assert_eq!(judge(&read("web- state:running").literal()), Verdict::Pass);
}

#[test]
fn what_is_being_typed_is_seen_up_to_the_cursor() {
    let said = |text: &str| under(text, text.len()).map(|piece| piece.said());
    assert_eq!(said("web sta"), Some(Said::Word("sta".into(), 4)));
    assert_eq!(said("!sta"), Some(Said::Word("sta".into(), 1)));
    assert_eq!(said("state:stopped,ru"), Some(Said::Value("state".into(), "ru".into(), 14)));
    assert_eq!(said("state:"), Some(Said::Value("state".into(), String::new(), 6)));
    assert_eq!(said("tag:te"), Some(Said::TagKey("te".into(), 4)));
    assert_eq!(said("tag:team=\"pay r"), Some(Said::Value("tag:team".into(), "pay r".into(), 10)));
    assert_eq!(said("web "), None);
}

fn piece() -> impl Strategy<Value = String> {
    let name =
        prop_oneof![Just("state"), Just("cpu"), Just("\"net in\""), Just("age"), Just("tag"), Just("finding"), Just("account"), Just("")];
    let sign = prop_oneof![Just(":"), Just("="), Just("<"), Just(">="), Just("")];
    (prop::bool::ANY, name, sign, "[a-zA-Z0-9é\",*!=:<> -]{0,8}")
        .prop_map(|(not, name, sign, value)| format!("{}{name}{sign}{value}", if not { "!" } else { "" }))
}

proptest! {
    #[test]
    fn whatever_is_typed_is_read_or_told(text in any::<String>()) {
        match Filter::parse(&text, lookup) {
            Ok(filter) => drop(judge(&filter)),
            Err(mistake) => prop_assert!(text.get(mistake.at).is_some()),
        }
    }

    #[test]
    fn what_is_printed_is_read_back(pieces in prop::collection::vec(piece(), 0..4)) {
        if let Ok(filter) = Filter::parse(&pieces.join(" "), lookup) {
            let printed = filter.to_string();
            let again = Filter::parse(&printed, lookup);
            prop_assert_eq!(again.as_ref(), Ok(&filter), "{}", printed);
        }
    }

    /// What is typed on to the end only takes rows out wherever it is said so.
    #[test]
    fn a_narrower_filter_lets_nothing_in(pieces in prop::collection::vec(piece(), 1..4), cut in any::<prop::sample::Index>()) {
        let text = pieces.join(" ");
        let cut = cut.index(text.len() + 1);
        let Some(Ok(wide)) = text.get(..cut).map(|text| Filter::parse(text, lookup)) else { return Ok(()) };
        let Ok(narrow) = Filter::parse(&text, lookup) else { return Ok(()) };
        if narrow.narrows(&wide) {
            prop_assert!(judge(&narrow) != Verdict::Pass || judge(&wide) == Verdict::Pass, "{} | {}", wide, narrow);
        }
    }
}
