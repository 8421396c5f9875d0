//! How the terminal is used.

/// Whether the mouse is ours or the terminal's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mouse {
    /// A press selects and opens; the terminal selects text where Shift is held.
    #[default]
    On,
    /// The terminal does with it what it does elsewhere.
    Off,
}

/// How much the line to the terminal carries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Link {
    /// As much as is drawn.
    #[default]
    Fast,
    /// Little: what nobody pressed is drawn seldom, and nothing moves by itself.
    Slow,
}

/// How the terminal is used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Manner {
    /// Whose the mouse is.
    pub mouse: Mouse,
    /// How much the line to it carries.
    pub link: Link,
}
