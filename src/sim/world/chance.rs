//! Chance that is always the same: numbers drawn from names, so that nothing depends on the order of questions.

/// A place in the tree of chance. Its numbers depend on the seed and on the names that led here, on nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chance(u64);

impl Chance {
    /// The root that belongs to a seed.
    pub fn new(seed: u64) -> Self {
        Self(mix(seed ^ 0x9E37_79B9_7F4A_7C15))
    }

    /// The branch for a name.
    #[must_use]
    pub fn of(self, name: &str) -> Self {
        Self(name.bytes().fold(self.0, |sum, byte| mix(sum ^ u64::from(byte))))
    }

    /// The branch for a number.
    #[must_use]
    pub fn at(self, number: u64) -> Self {
        Self(mix(self.0 ^ mix(number)))
    }

    /// Any number.
    pub fn word(self) -> u64 {
        self.0
    }

    /// A number below `bound`; 0 when that is 0.
    pub fn below(self, bound: u64) -> u64 {
        self.0 % bound.max(1)
    }

    /// A number from 0 to 1, 1 excluded.
    pub fn unit(self) -> f64 {
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// One of several.
    pub fn pick<T: Copy>(self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }

    /// `digits` hexadecimal digits, at most 32.
    pub fn hex(self, digits: usize) -> String {
        let mut hex = if digits > 16 { format!("{:016x}{:016x}", self.0, mix(self.0)) } else { format!("{:016x}", self.0) };
        hex.truncate(digits);
        hex
    }
}

/// The finaliser of splitmix64 (Steele, Lea, Flood 2014): every bit of the input changes half of the output's.
fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let number = (number ^ number >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ number >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ number >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_path_gives_the_same_number_and_another_path_another() {
        let root = Chance::new(1);
        assert_eq!(root.of("a").at(3), Chance::new(1).of("a").at(3));
        assert_ne!(root.of("a"), root.of("b"));
        assert_ne!(root.at(1).at(2), root.at(2).at(1));
    }

    #[test]
    fn numbers_fill_their_range_evenly() {
        let mean = (0..10_000).map(|at| Chance::new(5).at(at).unit()).sum::<f64>() / 10_000.0;
        assert!((mean - 0.5).abs() < 0.02, "{mean}");
    }
}
