//! The region of a profile, from the AWS configuration files: no network, no instance metadata.

use aws_config::{meta::region::ProvideRegion, profile::ProfileFileRegionProvider};

/// The region that the shared configuration sets for a profile, if there is such a profile.
pub async fn region(profile: &str) -> Option<String> {
    let provider = ProfileFileRegionProvider::builder().profile_name(profile).build();
    provider.region().await.map(|region| region.as_ref().to_owned())
}
