//! Shell-style patterns: `*` any run, `?` any one character; without either the text must be equal.

/// True when the whole text is like the pattern.
pub fn glob(pattern: &str, text: &str) -> bool {
    if pattern.is_ascii() && text.is_ascii() {
        return fits(pattern.as_bytes(), text.as_bytes(), &(b'*', b'?'), |a, b| a == b);
    }
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    fits(&pattern, &text, &('*', '?'), |a, b| a == b)
}

/// The same in any case; the pattern is in small letters.
pub(super) fn like(pattern: &str, text: &str) -> bool {
    if pattern.is_ascii() && text.is_ascii() {
        return fits(pattern.as_bytes(), text.as_bytes(), &(b'*', b'?'), u8::eq_ignore_ascii_case);
    }
    glob(pattern, &text.to_lowercase())
}

fn fits<T: PartialEq>(pattern: &[T], text: &[T], (run, one): &(T, T), same: fn(&T, &T) -> bool) -> bool {
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some(c) if c == run => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if c == one || same(c, &text[t]) => (p, t) = (p + 1, t + 1),
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    (p, t) = (at + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| c == run)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn globs_backtrack() {
        assert!(glob("*-*a", "web-1-2a") && glob("**", "") && !glob("a*b", "acbd"));
        assert!(like("é*", "École") && like("m?i.large", "M6i.large"));
    }

    proptest! {
        /// Bytes and characters must agree.
        #[test]
        fn what_is_not_ascii_makes_no_difference(pattern in "[ab*?]{0,6}", text in "[ab]{0,8}") {
            prop_assert_eq!(glob(&pattern, &text), glob(&format!("{pattern}é"), &format!("{text}é")));
        }
    }
}
