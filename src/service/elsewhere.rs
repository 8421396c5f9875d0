//! Where else a row is found: by the call of the AWS CLI that describes it, and on its page in AWS's console.

use super::{Kind, partition};
use crate::model::{Resource, Target};

/// Bytes that a part of an address may hold as they are (RFC 3986, 2.3), and the two that ARNs are made with.
const PLAIN: &[u8] = b"-._~:/";
/// Characters that mean nothing to a shell.
const SAFE: &str = "_@%+=:,./-";

impl Kind {
    /// The line for a POSIX shell that describes a row with the AWS CLI.
    pub fn command_line(&self, row: &Resource, (account, target): (&str, &Target), endpoint: Option<&str>) -> String {
        let call = fill(self.cli, |word| quoted(&self.word(word, row, (account, target))));
        let place =
            [("--region", Some(target.region.as_str())), ("--profile", Some(target.profile.as_str())), ("--endpoint-url", endpoint)];
        let place =
            place.into_iter().filter_map(|(flag, value)| Some(format!(" {flag} {}", quoted(value.filter(|value| !value.is_empty())?))));
        format!("aws {call}{}", place.collect::<String>())
    }

    /// The address of a row's page in the console of its partition.
    pub fn page(&self, row: &Resource, (account, target): (&str, &Target)) -> String {
        let region = target.region.as_str();
        let host = match partition(region) {
            "aws-cn" => format!("{region}.console.amazonaws.cn"),
            "aws-us-gov" => "console.amazonaws-us-gov.com".to_owned(),
            _ => format!("{region}.console.aws.amazon.com"),
        };
        format!("https://{host}/{}", fill(self.console, |word| escaped(&self.word(word, row, (account, target)))))
    }

    /// What a word in braces stands for: a number for that part of the id between slashes, and whatever is none of ours for a column.
    fn word(&self, word: &str, row: &Resource, (account, target): (&str, &Target)) -> String {
        match word {
            "id" => row.id.to_string(),
            "name" => row.name.to_string(),
            "region" => target.region.to_string(),
            "arn" => (self.arn)(row, account, target),
            "parent" => row.parents.first().map(|(_, id)| id.to_string()).unwrap_or_default(),
            other => match other.parse::<usize>() {
                Ok(number) => row.id.as_str().split('/').nth(number.saturating_sub(1)).unwrap_or_default().to_owned(),
                Err(_) => self.cell(row, other).words().into_owned(),
            },
        }
    }
}

/// A template with what its words in braces stand for.
fn fill(template: &str, of: impl Fn(&str) -> String) -> String {
    let mut parts = template.split('{');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for (word, rest) in parts.filter_map(|part| part.split_once('}')) {
        filled.push_str(&of(word));
        filled.push_str(rest);
    }
    filled
}

/// One word to a POSIX shell, whatever is in it.
fn quoted(word: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || SAFE.contains(c);
    if !word.is_empty() && word.chars().all(safe) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// One part of an address, whatever is in it.
fn escaped(part: &str) -> String {
    let mut address = String::with_capacity(part.len());
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || PLAIN.contains(&byte) {
            address.push(char::from(byte));
        } else {
            address.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    address
}

fn digit(nibble: u8) -> char {
    char::from_digit(nibble.into(), 16).unwrap_or('0').to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::{asg, ecs};

    fn row(id: &str, name: &str) -> Resource {
        Resource { id: id.into(), name: name.into(), cells: crate::model::Record::default(), tags: [].into(), parents: [].into() }
    }

    fn target(profile: &str, region: &str) -> Target {
        Target { profile: profile.into(), region: region.into() }
    }

    #[test]
    fn a_line_for_the_shell_holds_nothing_but_its_words() {
        let here = target("prod", "eu-west-1");
        let task = ecs::TASKS.command_line(&row("core/abc", "abc"), ("1", &here), None);
        assert_eq!(task, "aws ecs describe-tasks --cluster core --tasks abc --region eu-west-1 --profile prod");
        let evil = asg::GROUPS.command_line(&row("x", "a'; rm -rf ~ #$(id)"), ("1", &here), Some("http://127.0.0.1:5000"));
        assert!(evil.contains(r"--auto-scaling-group-names 'a'\''; rm -rf ~ #$(id)' --region"), "{evil}");
        assert!(evil.ends_with("--endpoint-url http://127.0.0.1:5000"), "{evil}");
    }

    #[test]
    fn a_page_is_that_of_its_partition_and_escaped() {
        let page = |region: &str, name: &str| asg::GROUPS.page(&row("x", name), ("1", &target("p", region)));
        let path = "ec2/home?region=REGION#AutoScalingGroupDetails:id=a%20b%26c";
        let at = |host: &str, region: &str| format!("https://{host}/{}", path.replace("REGION", region));
        assert_eq!(page("eu-west-1", "a b&c"), at("eu-west-1.console.aws.amazon.com", "eu-west-1"));
        assert_eq!(page("cn-north-1", "a b&c"), at("cn-north-1.console.amazonaws.cn", "cn-north-1"));
        assert_eq!(page("us-gov-west-1", "a b&c"), at("console.amazonaws-us-gov.com", "us-gov-west-1"));
    }
}
