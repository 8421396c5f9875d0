//! A simulated AWS that means harm.
