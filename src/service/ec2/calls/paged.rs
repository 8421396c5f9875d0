//! Questions about a region that are answered in pages: one after the other, and by zones at the same time where there are many.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::Filter;
use futures::future::BoxFuture;
use tokio::sync::OnceCell;

use super::zones;
use crate::{
    aws::Aws,
    model::{Problem, ProblemKind, target::Haste},
    service::Pages,
};

/// A question that is answered in pages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paged {
    /// Rows on the first page where somebody waits; what it holds of a bigger region comes again with its zone.
    pub first: i32,
    /// Rows on every page where somebody waits.
    pub hasty: i32,
    /// Rows on every page where nobody does.
    pub calm: i32,
    /// Asks for a page and passes it on.
    pub page: for<'a> fn(&'a Aws, Ask, &'a Pages) -> BoxFuture<'a, Result<Turned, Problem>>,
}

/// Which page is asked for.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    /// Rows on it.
    pub size: i32,
    /// What its rows must be like.
    pub filters: Option<Vec<Filter>>,
    /// The token by which the page before it named it.
    pub token: Option<String>,
}

/// What a page says about the others.
#[derive(Debug)]
pub(super) struct Turned {
    /// The token of the next.
    pub next: Option<String>,
    /// The zones that its rows are in.
    pub zones: BTreeSet<String>,
}

impl Turned {
    /// A page that told this token, which AWS leaves empty at times, and is about these zones.
    pub(super) fn new<'a>(token: Option<&str>, zones: impl Iterator<Item = &'a str>) -> Self {
        let next = token.filter(|token| !token.is_empty()).map(str::to_owned);
        let mut seen = BTreeSet::new();
        for zone in zones.filter(|zone| !zone.is_empty()) {
            if !seen.contains(zone) {
                seen.insert(zone.to_owned());
            }
        }
        Self { next, zones: seen }
    }
}

/// An account and region that is listed, and where its rows go.
#[derive(Debug)]
pub(super) struct Region {
    /// The session with it.
    pub aws: Aws,
    /// Where its pages go.
    pub pages: Pages,
    /// The names of its zones, asked for once, by the first question that has more than a page.
    pub names: OnceCell<Result<BTreeSet<String>, Problem>>,
}

impl Region {
    /// Nothing is known of its zones yet.
    pub(super) fn new(aws: Aws, pages: Pages) -> Self {
        Self { aws, pages, names: OnceCell::new() }
    }

    /// All pages: where somebody waits a first one, and when there is more, every zone at the same time; else page after page. Gives back why
    /// some zones failed; fails where all did.
    pub(super) async fn all(&self, question: Paged) -> Result<Vec<Problem>, Problem> {
        match self.begun(question).await {
            Ok(Some(zones)) => zones::each(self, question, zones).await,
            Ok(None) => Ok(Vec::new()),
            // A question about all zones fails as a whole where one of them does (EC2 API Reference, `DescribeInstances`): the others are asked
            // by themselves.
            Err(problem) if problem.kind == ProblemKind::Service => zones::others(self, question, problem).await,
            Err(problem) => Err(problem),
        }
    }

    /// What is had of all zones together: where somebody waits a page, and of the rest the zones that it was about, else everything.
    async fn begun(&self, question: Paged) -> Result<Option<BTreeSet<String>>, Problem> {
        if self.aws.haste() == Haste::Calm {
            return self.in_turn(question).await.map(|_| None);
        }
        let first = (question.page)(&self.aws, Ask { size: question.first, filters: None, token: None }, &self.pages).await?;
        Ok(first.next.map(|_| first.zones))
    }

    /// All pages, one after the other.
    pub(super) async fn in_turn(&self, question: Paged) -> Result<Vec<Problem>, Problem> {
        chain(&self.aws, question, None, &self.pages).await.map(|()| Vec::new())
    }
}

/// Page after page of what the filters let through.
pub(super) async fn chain(aws: &Aws, question: Paged, filters: Option<Vec<Filter>>, pages: &Pages) -> Result<(), Problem> {
    let size = if aws.haste() == Haste::Calm { question.calm } else { question.hasty };
    let mut token = None;
    loop {
        token = (question.page)(aws, Ask { size, filters: filters.clone(), token }, pages).await?.next;
        if token.is_none() {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_token_ends_a_list_and_a_zone_is_told_once() {
        let turned = Turned::new(Some(""), ["eu-west-1b", "", "eu-west-1a", "eu-west-1b"].into_iter());
        assert_eq!((turned.next, turned.zones.len()), (None, 2));
        assert_eq!(Turned::new(Some("t"), [].into_iter()).next.as_deref(), Some("t"));
    }
}
