//! A conversation with something in AWS, which a program of this machine holds on the terminal.

use std::fmt;

/// A session that AWS has opened, and the program that talks through it. What opens it is a secret: it goes to the program in a variable of
/// its environment, where other users of the machine do not see it, and is shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// The program.
    pub program: &'static str,
    /// Its arguments, which no shell is to see.
    pub arguments: Vec<String>,
    /// The name of the variable and the secret.
    pub secret: (&'static str, String),
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Session({} …)", self.program)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_opens_it_is_not_shown() {
        let session = Session { program: "talk", arguments: vec!["x".to_owned()], secret: ("TOKEN", "swordfish".to_owned()) };
        assert_eq!(format!("{session:?}"), "Session(talk …)");
    }
}
