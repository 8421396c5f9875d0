//! The SDK's default chain of credentials, and whether the last of its places is asked at all.

use aws_config::{
    ecs::EcsCredentialsProvider, environment::EnvironmentVariableCredentialsProvider, meta::credentials::CredentialsProviderChain,
    profile::ProfileFileCredentialsProvider, provider_config::ProviderConfig, web_identity_token::WebIdentityTokenCredentialsProvider,
};
use aws_sdk_sts::config::SharedCredentialsProvider;

/// Whether the instance metadata service is asked for credentials when nobody else has any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metadata {
    /// It is, as the SDK does by itself.
    Asked,
    /// There is none: on a laptop the question would only wait, a second or two for each account, for an answer that never comes.
    Absent,
}

impl Metadata {
    /// What the firmware says about the machine: its vendor (`/sys/class/dmi/id/sys_vendor`), and the id that a hypervisor gave it
    /// (`/sys/hypervisor/uuid`, on the older instances; EC2 User Guide, "Detect whether a host is an EC2 instance"). A machine that says
    /// nothing may be one.
    pub fn of(vendor: Option<&str>, hypervisor: Option<&str>) -> Self {
        let older = hypervisor.is_some_and(|id| id.trim().starts_with("ec2"));
        match vendor.map(str::trim) {
            Some(vendor) if vendor != "Amazon EC2" && !older => Self::Absent,
            _ => Self::Asked,
        }
    }
}

/// Environment, shared files, web identity, container: the SDK's chain without the instance metadata service, in its order.
pub(super) fn without_metadata(settings: &ProviderConfig) -> SharedCredentialsProvider {
    let chain = CredentialsProviderChain::first_try("Environment", EnvironmentVariableCredentialsProvider::new())
        .or_else("Profile", ProfileFileCredentialsProvider::builder().configure(settings).build())
        .or_else("WebIdentityToken", WebIdentityTokenCredentialsProvider::builder().configure(settings).build())
        .or_else("EcsContainer", EcsCredentialsProvider::builder().configure(settings).build());
    SharedCredentialsProvider::new(chain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_machine_that_says_it_is_another_is_not_asked() {
        let machines = [
            ((Some("Amazon EC2\n"), None), Metadata::Asked),
            ((Some("Xen\n"), Some("ec2e1916-9099-7caf-fd21-012345abcdef\n")), Metadata::Asked),
            ((None, None), Metadata::Asked),
            ((Some("LENOVO\n"), None), Metadata::Absent),
            ((Some("QEMU\n"), Some("9f1e1916-9099-7caf-fd21-012345abcdef\n")), Metadata::Absent),
        ];
        for ((vendor, hypervisor), expected) in machines {
            assert_eq!(Metadata::of(vendor, hypervisor), expected, "{vendor:?}");
        }
    }
}
