//! The calls of ECS that read.

use super::calls::client;
use crate::service::{
    Read,
    reads::{NOBODY, reads},
};

pub(super) static READS: &[Read] = reads![client;
    "ecs:ListClusters" = list_clusters().max_results(1),
    "ecs:DescribeClusters" = describe_clusters().clusters(NOBODY),
    "ecs:ListServices" = list_services().cluster(NOBODY),
    "ecs:DescribeServices" = describe_services().cluster(NOBODY).services(NOBODY),
    "ecs:ListTasks" = list_tasks().cluster(NOBODY),
    "ecs:DescribeTasks" = describe_tasks().cluster(NOBODY).tasks(NOBODY),
    "ecs:ListContainerInstances" = list_container_instances().cluster(NOBODY),
    "ecs:DescribeContainerInstances" = describe_container_instances().cluster(NOBODY).container_instances(NOBODY),
    "ecs:ListTaskDefinitions" = list_task_definitions().max_results(1),
    "ecs:DescribeTaskDefinition" = describe_task_definition().task_definition(NOBODY),
];
