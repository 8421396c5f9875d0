//! `[[targets]]`: accounts that are reached by a role or a profile of their own, and a role template over many accounts.

use toml::de::DeTable;

use super::file::{Entry, Source, Wrong, nearest};
use crate::model::target::{Access, Role};

/// What may stand under `[[targets]]`.
const SETTINGS: &[&str] = &["name", "accounts", "role_arn", "external_id", "session_name", "profile", "region"];
/// What stands for the account in a role template.
const ACCOUNT: &str = "{account}";

/// An account with a name: how it is reached, and which of its regions are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// What it is called on the screen, and after `--profile`.
    pub name: String,
    /// How it is reached.
    pub access: Access,
    /// Its regions; empty for those that are configured for all.
    pub regions: Vec<String>,
}

/// A table of `[[targets]]` as written.
#[derive(Default)]
struct Written {
    name: Option<String>,
    accounts: Vec<String>,
    role: Option<String>,
    external_id: Option<String>,
    session: Option<String>,
    profile: Option<String>,
    regions: Vec<String>,
}

/// Reads one table.
pub(super) fn read(source: &Source<'_>, table: &DeTable<'_>, place: &str) -> Result<Vec<Account>, Wrong> {
    let mut written = Written::default();
    for entry in source.entries(table) {
        take(&mut written, &entry)?;
    }
    if written.role.is_none() && written.profile.is_none() {
        return Err(Wrong(format!("{place}: a target has a `role_arn` or a `profile`")));
    }
    let template = written.role.as_deref().is_some_and(|role| role.contains(ACCOUNT));
    if template == written.accounts.is_empty() {
        return Err(Wrong(format!("{place}: `accounts` and a `role_arn` with {ACCOUNT} belong together")));
    }
    Ok(if template { written.accounts.iter().map(|id| written.account(Some(id))).collect() } else { vec![written.account(None)] })
}

fn take(written: &mut Written, entry: &Entry<'_>) -> Result<(), Wrong> {
    match entry.key {
        "name" => written.name = Some(entry.word()?),
        "accounts" => written.accounts = entry.words()?,
        "role_arn" => written.role = Some(entry.word()?),
        "external_id" => written.external_id = Some(entry.word()?),
        "session_name" => written.session = Some(entry.word()?),
        "profile" => written.profile = Some(entry.word()?),
        "region" => written.regions = entry.words()?,
        other => return entry.wrong(&format!("there is no setting `targets.{other}`{}", nearest(other, SETTINGS.iter().copied()))),
    }
    Ok(())
}

impl Written {
    fn account(&self, id: Option<&str>) -> Account {
        let arn = self.role.as_ref().map(|role| role.replace(ACCOUNT, id.unwrap_or_default()));
        let named = match (&self.name, id) {
            (Some(name), Some(id)) => Some(format!("{name}-{id}")),
            (Some(name), None) => Some(name.clone()),
            (None, Some(id)) => Some(id.to_owned()),
            (None, None) => None,
        };
        // A role without a name is called by its account, which is the fifth part of its ARN.
        let own = || arn.as_deref().and_then(|arn| arn.split(':').nth(4)).map(str::to_owned);
        let name = named.or_else(own).or_else(|| self.profile.clone()).unwrap_or_default();
        let (external_id, session_name) = (self.external_id.clone(), self.session.clone().unwrap_or_else(|| "quarterdeck".to_owned()));
        let role = arn.map(|arn| Role { arn, external_id, session_name });
        Account { name, access: Access { profile: self.profile.clone(), role }, regions: self.regions.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::file;

    fn accounts(text: &str) -> Vec<(String, Option<String>, Vec<String>)> {
        let layer = file::read("config.toml", text).expect("a configuration");
        let told = |account: super::Account| (account.name, account.access.role.map(|role| role.arn), account.regions);
        layer.accounts.into_iter().map(told).collect()
    }

    fn complaint(text: &str) -> String {
        file::read("config.toml", text).expect_err("wrong").to_string()
    }

    #[test]
    fn a_role_a_profile_and_a_template() {
        let text = "[[targets]]\nrole_arn = \"arn:aws:iam::111122223333:role/ops\"\nregion = \"eu-west-1\"\n\
                    [[targets]]\nname = \"lab\"\nprofile = \"sandbox\"\n\
                    [[targets]]\nname = \"org\"\naccounts = [\"1\", \"2\"]\nrole_arn = \"arn:aws:iam::{account}:role/ops\"\nexternal_id = \"x\"\n";
        let role = |account: &str| Some(format!("arn:aws:iam::{account}:role/ops"));
        let expected = [
            ("111122223333".to_owned(), role("111122223333"), vec!["eu-west-1".to_owned()]),
            ("lab".to_owned(), None, Vec::new()),
            ("org-1".to_owned(), role("1"), Vec::new()),
            ("org-2".to_owned(), role("2"), Vec::new()),
        ];
        assert_eq!(accounts(text), expected);
    }

    #[test]
    fn mistakes_name_the_line() {
        assert_eq!(complaint("[[targets]]\nname = \"x\""), "config.toml:1:1: a target has a `role_arn` or a `profile`");
        assert_eq!(
            complaint("[[targets]]\nrolearn = \"x\""),
            "config.toml:2:1: there is no setting `targets.rolearn`; did you mean `role_arn`?"
        );
        assert!(complaint("[[targets]]\naccounts = [\"1\"]\nrole_arn = \"x\"").contains("belong together"));
        assert!(complaint("targets = 1").contains("[[targets]]"));
    }
}
