//! Copying over ssh: the terminal is asked to put text on the clipboard of the machine it runs on (OSC 52).

/// Terminals cut or ignore what is longer: xterm takes 100,000 characters of base64.
const LIMIT: usize = 74_994;

/// Where the bytes pass before they reach the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Nothing is in between.
    Direct,
    /// tmux, which takes the sequence itself or hands it on, as it is set up.
    Tmux,
}

/// The bytes that copy a text; `None` when it is too long for any terminal to take.
pub fn copy(text: &str, way: Way) -> Option<Vec<u8>> {
    let sequence = format!("\x1b]52;c;{}\x07", base64(text.as_bytes()));
    let bytes = match way {
        Way::Direct => sequence,
        Way::Tmux => format!("{sequence}\x1bPtmux;{}\x1b\\", sequence.replace('\x1b', "\x1b\x1b")),
    };
    (text.len() <= LIMIT).then(|| bytes.into_bytes())
}

fn base64(bytes: &[u8]) -> String {
    bytes.chunks(3).flat_map(quartet).collect()
}

/// Three bytes as four characters, the last ones `=` where bytes are missing.
fn quartet(bytes: &[u8]) -> [char; 4] {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let byte = |at: usize| u32::from(bytes.get(at).copied().unwrap_or(0));
    let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
    let digit = |at: usize| char::from(DIGITS[(bits >> (18 - 6 * at) & 63) as usize]);
    std::array::from_fn(|at| if at <= bytes.len() { digit(at) } else { '=' })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        let cases = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
            ("ÿþ", "w7/Dvg=="),
        ];
        for (text, encoded) in cases {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
    }

    #[test]
    fn tmux_gets_it_twice_once_to_hand_on() {
        assert_eq!(copy("foo", Way::Direct).unwrap(), b"\x1b]52;c;Zm9v\x07");
        assert_eq!(copy("foo", Way::Tmux).unwrap(), b"\x1b]52;c;Zm9v\x07\x1bPtmux;\x1b\x1b]52;c;Zm9v\x07\x1b\\");
    }

    #[test]
    fn what_no_terminal_takes_is_not_sent() {
        assert!(copy(&"x".repeat(LIMIT), Way::Direct).is_some());
        assert_eq!(copy(&"x".repeat(LIMIT + 1), Way::Direct), None);
    }
}
