//! A document exactly as AWS sent it, ready to read.

use super::text::Text;

/// The same document in two notations, one safe text a line.
#[derive(Debug, Default, PartialEq)]
pub struct Document {
    /// As YAML.
    pub yaml: Vec<Text>,
    /// As JSON.
    pub json: Vec<Text>,
    /// The same without masks, where values are masked in this one.
    pub clear: Option<Box<Document>>,
}

/// What stands for a value that is masked.
pub const MASK: &str = "••••••";
