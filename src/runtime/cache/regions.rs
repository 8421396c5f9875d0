//! The regions of an account of which all are wanted, as it told of them last: the next start begins with them, and asks again.

use std::{io::Write, path::PathBuf};

use super::{Cache, look, replace};
use crate::model::Text;

/// The first line of the file: what is written otherwise has another.
const HEAD: &str = "quarterdeck regions 1";
/// Regions of an account, at most: AWS has 36 commercial ones (botocore 1.44.5, `partitions.json`).
const MOST: usize = 200;

impl Cache {
    /// Keeps the regions of a profile's account in place of those before.
    pub async fn keep_regions(&self, profile: &Text, regions: Vec<Text>) -> Result<(), String> {
        let path = self.regions_path(profile.as_str());
        let lines: String = std::iter::once(HEAD).chain(regions.iter().map(Text::as_str)).flat_map(|line| [line, "\n"]).collect();
        let write = move |_: &Self| {
            replace(&path, |mut file| file.write_all(lines.as_bytes())).map_err(|error| format!("{}: {error}", path.display()))
        };
        self.in_turn(write).await
    }

    /// The regions that were kept for a profile; none where nothing was, or something else.
    pub fn regions(&self, profile: &str) -> Vec<String> {
        look(&self.regions_path(profile), read).unwrap_or_default()
    }

    fn regions_path(&self, profile: &str) -> PathBuf {
        self.folder(&format!("{} {profile}", self.0.source)).join("all.regions")
    }
}

fn read(bytes: &[u8]) -> Option<Vec<String>> {
    let mut lines = std::str::from_utf8(bytes).ok()?.strip_suffix('\n')?.lines();
    let head = lines.next()?;
    let regions: Vec<String> = lines.map(str::to_owned).collect();
    (head == HEAD && regions.len() <= MOST && regions.iter().all(|region| plausible(region))).then_some(regions)
}

/// A name becomes part of a host's.
fn plausible(region: &str) -> bool {
    !region.is_empty() && region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_as_it_is_written_is_nothing() {
        assert_eq!(
            read(b"quarterdeck regions 1\neu-west-1\nus-gov-west-1\n"),
            Some(vec!["eu-west-1".to_owned(), "us-gov-west-1".to_owned()])
        );
        for damaged in ["", "quarterdeck regions 2\neu-west-1\n", "quarterdeck regions 1\neu-west-1", "quarterdeck regions 1\n../x\n"] {
            assert_eq!(read(damaged.as_bytes()), None, "{damaged}");
        }
    }
}
