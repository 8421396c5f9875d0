use ratatui::{
    layout::Rect,
    style::{Color, Modifier},
};

use super::{
    depth::{Rgb, rgb},
    file::style,
    *,
};

/// What may be overlooked, and what is no word: lines, axes, sparklines. Everything else is read; the colour of a chart is that of its title.
const QUIET: &[&str] = &["muted", "faint", "rule", "border", "marker", "off", "spark", "axis"];

/// Contrast of words and of what is quiet (WCAG 2.1, success criteria 1.4.3 and 1.4.11).
const WORDS: f64 = 4.5;
const LINES: f64 = 3.0;

/// CIE76 distance below which two colours beside each other are taken for one: ten times what is just noticed.
const APART: f64 = 23.0;

/// How eyes without the receptor for long or for medium waves see linear light (Machado, Oliveira and Fernandes 2009, severity 1.0).
const PROTANOPIA: [[f64; 3]; 3] =
    [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]];
const DEUTERANOPIA: [[f64; 3]; 3] =
    [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_82, 0.042_94, 0.968_881]];

/// From linear sRGB to CIE XYZ, each against its white (IEC 61966-2-1, D65).
const XYZ: [[f64; 3]; 3] = [
    [0.4124 / 0.950_47, 0.3576 / 0.950_47, 0.1805 / 0.950_47],
    [0.2126, 0.7152, 0.0722],
    [0.0193 / 1.088_83, 0.1192 / 1.088_83, 0.9505 / 1.088_83],
];

fn embedded() -> impl Iterator<Item = Theme> {
    EMBEDDED.iter().map(|(name, text)| Theme::parse(name, text).unwrap_or_else(|mistake| panic!("{name}: {mistake}")))
}

fn complaint(text: &str) -> Mistake {
    Theme::parse("mine", text).expect_err("a mistake")
}

/// Light of a channel, 0 to 1 (WCAG 2.1, "relative luminance").
fn light(channel: u8) -> f64 {
    let value = f64::from(channel) / 255.0;
    if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

fn lights((r, g, b): Rgb) -> [f64; 3] {
    [light(r), light(g), light(b)]
}

fn luminance(colour: Rgb) -> f64 {
    let [r, g, b] = lights(colour);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Ink and ground of a style where it is drawn.
fn colours(theme: &Theme, style: Style) -> (Rgb, Rgb) {
    let screen = |colour: Option<Color>| colour.and_then(rgb).expect("`screen` has both colours");
    let of = |colour: Option<Color>, otherwise| colour.map_or(otherwise, |colour| rgb(colour).expect("a colour"));
    let (ink, ground) = (of(style.fg, screen(theme.screen.fg)), of(style.bg, screen(theme.screen.bg)));
    if style.add_modifier.contains(Modifier::REVERSED) { (ground, ink) } else { (ink, ground) }
}

/// A colour as eyes with such receptors see it, in CIE L*a*b*.
fn seen(colour: Rgb, eyes: &[[f64; 3]; 3]) -> [f64; 3] {
    let light = lights(colour);
    let through =
        |matrix: &[[f64; 3]; 3], light: [f64; 3]| matrix.map(|row| row.iter().zip(light).map(|(part, light)| part * light).sum::<f64>());
    let seen = through(eyes, light).map(|light| light.clamp(0.0, 1.0));
    let bent = |part: f64| if part > 0.008_856 { part.cbrt() } else { 7.787 * part + 16.0 / 116.0 };
    let [x, y, z] = through(&XYZ, seen).map(bent);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

fn distance(one: [f64; 3], other: [f64; 3]) -> f64 {
    one.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

#[test]
fn there_are_dark_and_light_ones_and_those_for_terminals_and_eyes_that_see_fewer_colours() {
    let dark = |theme: &Theme| luminance(colours(theme, Style::new()).1) < 0.2;
    let (dark, light): (Vec<_>, Vec<_>) = embedded().partition(dark);
    assert!(dark.len() + light.len() >= 8 && light.len() >= 3, "{} dark, {} light", dark.len(), light.len());
    let monochrome = Theme::named("monochrome").expect("embedded");
    assert!(ROLES.iter().filter(|role| **role != "screen").all(|role| monochrome.role(role).is_some_and(|style| style.fg.is_none())));
    let sixteen = Theme::named("quarterdeck-16").expect("embedded");
    let plain = |colour: Option<Color>| !matches!(colour, Some(Color::Rgb(..) | Color::Indexed(_)));
    assert!(ROLES.iter().filter_map(|role| sixteen.role(role)).all(|style| plain(style.fg) && plain(style.bg)));
}

#[test]
fn words_and_lines_stand_out_from_the_ground_in_every_theme() {
    let mut faint = Vec::new();
    for theme in embedded() {
        for role in ROLES {
            let (ink, ground) = colours(&theme, theme.role(role).expect("a role"));
            let (seen, wanted) = (contrast(ink, ground), if QUIET.contains(role) { LINES } else { WORDS });
            if seen < wanted {
                faint.push(format!("{}: `{role}` has {seen:.2} of {wanted}", theme.name));
            }
        }
    }
    assert!(faint.is_empty(), "{faint:#?}");
}

#[test]
fn words_of_high_contrast_themes_have_seven() {
    for name in ["high-contrast-dark", "high-contrast-light"] {
        let theme = Theme::named(name).expect("embedded");
        for role in ROLES.iter().filter(|role| !QUIET.contains(role)) {
            let (ink, ground) = colours(&theme, theme.role(role).expect("a role"));
            assert!(contrast(ink, ground) >= 7.0, "{name}: {role}");
        }
    }
}

/// In 256 colours each is the nearest there is, which must not come to lie on its ground.
#[test]
fn what_is_read_stands_out_in_256_colours_too() {
    for theme in embedded().map(|theme| theme.fit(Depth::Ansi256, Charset::Unicode)) {
        for role in ROLES.iter().filter(|role| !QUIET.contains(role)) {
            let (ink, ground) = colours(&theme, theme.role(role).expect("a role"));
            assert!(contrast(ink, ground) >= 4.0, "{}: {role} {:.2}", theme.name, contrast(ink, ground));
        }
    }
}

#[test]
fn eyes_that_do_not_tell_red_from_green_tell_well_from_ill() {
    for name in ["colour-blind-dark", "colour-blind-light"] {
        let theme = Theme::named(name).expect("embedded");
        for (who, eyes) in [("protanopia", &PROTANOPIA), ("deuteranopia", &DEUTERANOPIA)] {
            let [ok, warn, bad] = [theme.ok, theme.warn, theme.bad].map(|style| seen(colours(&theme, style).0, eyes));
            for (pair, apart) in
                [("ok and warn", distance(ok, warn)), ("ok and bad", distance(ok, bad)), ("warn and bad", distance(warn, bad))]
            {
                assert!(apart >= APART, "{name}, {who}: {pair} are {apart:.0} apart");
            }
        }
    }
}

#[test]
fn mistakes_are_named_with_their_place_and_the_nearest_word() {
    let text = EMBEDDED[0].1;
    let unknown = complaint(&format!("{text}\nsparkel = \"red\""));
    assert_eq!(unknown.what, "there is no style `sparkel`; did you mean `spark`?");
    assert!(unknown.at.is_some_and(|at| at > text.len()));
    assert!(complaint(&text.replace("axis     =", "#axis    =")).what.contains("`axis` is missing"));
    assert!(complaint(&text.replace("#7fd1e6 bold", "#7fd1e6 blod")).what.contains("`blod` is neither"));
    assert_eq!(complaint("base = \"nrod\"").what, "there is no theme `nrod` to begin with; did you mean `nord`?");
    assert!(complaint("bse = \"nord\"").what.contains("bse"));
    assert!(!complaint("styles = \n").what.contains('\n'));
}

#[test]
fn a_file_with_a_base_says_only_what_differs() {
    let nord = Theme::named("nord").expect("embedded");
    let mine = Theme::parse("mine", "base = \"nord\"\nground = \"terminal\"\n[styles]\nbad = \"#ffffff on #ff0000\"").expect("reads");
    assert_eq!((mine.name.as_str(), mine.ground, mine.ok), ("mine", Ground::Terminal, nord.ok));
    assert_eq!(mine.bad.bg, Some(Color::Rgb(255, 0, 0)));
    assert_eq!(Theme::parse("same", "base = \"nord\"").expect("reads").ground, nord.ground);
}

#[test]
fn a_style_is_read_word_by_word() {
    let read = style("#010203 on light-blue bold reverse").expect("reads");
    assert_eq!((read.fg, read.bg), (Some(Color::Rgb(1, 2, 3)), Some(Color::LightBlue)));
    assert_eq!(read.add_modifier, Modifier::BOLD | Modifier::REVERSED);
    assert_eq!(style("default"), Ok(Style::new()));
}

#[test]
fn without_colour_weight_and_reversal_stay() {
    for theme in embedded().map(|theme| theme.fit(Depth::None, Charset::Unicode)) {
        let name = &theme.name;
        assert_eq!((theme.bad.fg, theme.selected.bg), (None, None), "{name}");
        assert!(theme.title.add_modifier.contains(Modifier::BOLD), "{name}");
        assert!(theme.selected.add_modifier.contains(Modifier::REVERSED), "{name}");
    }
}

#[test]
fn a_ground_of_its_own_is_painted_where_nothing_else_was_said_and_where_it_can_be_shown() {
    let area = Rect::new(0, 0, 2, 1);
    let painted = |theme: &Theme| {
        let mut buffer = Buffer::empty(area);
        buffer[(1, 0)].set_style(theme.selected);
        theme.paint(&mut buffer);
        (buffer[(0, 0)].bg, buffer[(1, 0)].bg)
    };
    let own = Theme::named("nord").expect("embedded");
    assert_eq!(painted(&own), (own.screen.bg.expect("a ground"), own.selected.bg.expect("a ground")));
    for (name, depth) in [("quarterdeck-dark", Depth::True), ("nord", Depth::Ansi16), ("nord", Depth::None)] {
        assert_eq!(painted(&Theme::named(name).expect("embedded").fit(depth, Charset::Unicode)).0, Color::Reset, "{name}");
    }
}
