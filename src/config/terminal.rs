//! How the terminal and the machine around it are used.

/// How a text gets on a clipboard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Clipboard {
    /// By a program of this machine where there is one and the session is on this machine; by the terminal where not.
    #[default]
    Auto,
    /// By the terminal (OSC 52).
    Osc52,
    /// By a program of this machine where there is one.
    Native,
}

impl Clipboard {
    /// The names of the ways.
    pub const NAMES: [&str; 3] = ["auto", "osc52", "native"];

    /// The way with this name.
    pub fn named(name: &str) -> Option<Self> {
        let ways = [Self::Auto, Self::Osc52, Self::Native];
        Self::NAMES.iter().zip(ways).find(|(known, _)| **known == name).map(|(_, way)| way)
    }
}
