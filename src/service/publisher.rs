//! Who else publishes metrics about the rows of a kind: agents and applications under names of their own, and AWS in finer grain than lists
//! show. Nobody asks for these metrics; alarms on them are alarms on the row.

use super::{Dimension, Kind};
use crate::model::{Resource, Text, alarm::Watch};

/// Metrics that are about one row of a kind.
#[derive(Debug)]
pub struct Publisher {
    /// Where they are published.
    pub namespaces: Namespaces,
    /// The dimensions that name the row, whatever others there are beside.
    pub named: &'static [Dimension],
    /// Dimensions of something inside of it that is a row of its own, and has the alarm.
    pub unless: &'static [&'static str],
}

/// `CloudWatch` namespaces.
#[derive(Debug, Clone, Copy)]
pub enum Namespaces {
    /// These.
    Of(&'static [&'static str]),
    /// All that are no AWS service's own: `CWAgent`, `LambdaInsights`, those of applications (`CloudWatch` User Guide, "Namespaces": AWS
    /// services take `AWS/service`).
    Custom,
}

/// What the namespaces of AWS services begin with.
const AWS: &str = "AWS/";

impl Namespaces {
    fn have(self, namespace: &str) -> bool {
        match self {
            Self::Of(names) => names.contains(&namespace),
            Self::Custom => !namespace.starts_with(AWS),
        }
    }
}

impl Publisher {
    /// Agents and applications that name a row like this.
    pub const fn custom(named: &'static [Dimension]) -> Self {
        Self { namespaces: Namespaces::Custom, named, unless: &[] }
    }

    /// These namespaces, where a row is named like this.
    pub const fn of(namespaces: &'static [&'static str], named: &'static [Dimension]) -> Self {
        Self { namespaces: Namespaces::Of(namespaces), named, unless: &[] }
    }

    /// The same, but not where one of these dimensions is there, too.
    #[must_use]
    pub const fn unless(self, unless: &'static [&'static str]) -> Self {
        Self { unless, ..self }
    }

    /// The value by which alarms about a row can be found: that of the last dimension that names it, which tells most rows apart.
    pub fn handle(&self, kind: &Kind, row: &Resource) -> Option<Text> {
        self.named.last()?.value(kind, row)
    }

    /// True where an alarm watches a metric about this row.
    pub fn covers(&self, kind: &Kind, row: &Resource, watch: &Watch) -> bool {
        let has = |name: &str, value: &Text| watch.dimensions.iter().any(|(known, its)| known.as_str() == name && its == value);
        let named = |dimension: &Dimension| dimension.value(kind, row).is_some_and(|value| has(dimension.name, &value));
        let inside = || watch.dimensions.iter().any(|(name, _)| self.unless.contains(&name.as_str()));
        self.namespaces.have(watch.namespace.as_str()) && self.named.iter().all(named) && !inside()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::Cell, service::kind};

    /// A row called `web`, whose columns all say `shop`.
    fn row(kind: &Kind) -> Resource {
        let cells: Vec<Cell> = kind.columns.iter().map(|_| Cell::Text("shop".into())).collect();
        Resource { id: "i-1".into(), name: "web".into(), cells: cells.into(), tags: [].into(), parents: [].into() }
    }

    /// The kinds that have an alarm on a metric with these dimensions, written `Name=value`.
    fn covering(namespace: &str, dimensions: &[&str]) -> Vec<&'static str> {
        let pair = |text: &&str| text.split_once('=').map(|(name, value)| (name.into(), value.into()));
        let watch = Watch {
            namespace: namespace.into(),
            metric: "m".into(),
            stat: "Average".into(),
            period: 60,
            dimensions: dimensions.iter().filter_map(pair).collect(),
            threshold: None,
        };
        let covers = |kind: &&Kind| kind.publishers.iter().any(|publisher| publisher.covers(kind, &row(kind), &watch));
        crate::service::kinds().filter(covers).map(|kind| kind.id.0).collect()
    }

    #[test]
    fn alarms_on_what_agents_and_applications_publish_are_on_the_row_that_they_name() {
        let cases: [(&str, &[&str], &[&str]); 18] = [
            ("CWAgent", &["InstanceId=i-1", "path=/", "fstype=xfs"], &["ec2"]),
            ("CWAgent", &["InstanceId=i-1", "AutoScalingGroupName=web"], &["ec2"]),
            ("CWAgent", &["AutoScalingGroupName=web"], &["asg"]),
            ("AWS/AutoScaling", &["AutoScalingGroupName=web"], &["asg"]),
            ("CWAgent", &["InstanceId=i-2"], &[]),
            ("CWAgent", &["ImageId=i-1"], &[]),
            ("Shop/Orders", &["FunctionName=web", "Stage=prod"], &["lambda"]),
            ("LambdaInsights", &["function_name=web"], &["lambda"]),
            ("AWS/Lambda", &["FunctionName=web", "Resource=web:live"], &["lambda"]),
            ("AWS/Usage", &["FunctionName=web"], &[]),
            ("ECS/ContainerInsights", &["ClusterName=shop", "ServiceName=web", "TaskId=1"], &["ecs-services"]),
            ("ECS/ContainerInsights", &["ClusterName=other", "ServiceName=web"], &[]),
            ("ECS/ContainerInsights", &["ClusterName=web", "TaskDefinitionFamily=x"], &["ecs"]),
            ("ECS/ContainerInsights", &["ClusterName=web", "EC2InstanceId=i-1"], &["ec2"]),
            ("ContainerInsights", &["ClusterName=web", "Namespace=default"], &["eks"]),
            ("ContainerInsights/Prometheus", &["ClusterName=web", "job=x"], &["eks"]),
            // A node may be a machine of somebody else's: its cluster has the alarm in any case.
            ("ContainerInsights", &["ClusterName=web", "InstanceId=i-1", "NodeName=n"], &["ec2", "eks"]),
            ("Shop/Orders", &["ClusterName=web"], &[]),
        ];
        for (namespace, dimensions, kinds) in cases {
            assert_eq!(covering(namespace, dimensions), kinds, "{namespace} {dimensions:?}");
        }
    }

    #[test]
    fn a_row_is_found_by_what_tells_it_apart() {
        let handles = |id: &str| {
            let kind = kind(id).expect("a kind");
            kind.publishers
                .iter()
                .filter_map(|publisher| publisher.handle(kind, &row(kind)))
                .map(|value| value.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!((handles("ec2"), handles("ecs-services")), (vec!["i-1".to_owned(); 2], vec!["web".to_owned(); 2]));
    }
}
