//! The calls of Batch that read.

use super::calls::client;
use crate::service::{
    Read,
    reads::{NOBODY, reads},
};

pub(super) static READS: &[Read] = reads![client;
    "batch:DescribeJobQueues" = describe_job_queues().max_results(1),
    "batch:DescribeComputeEnvironments" = describe_compute_environments().max_results(1),
    "batch:DescribeJobDefinitions" = describe_job_definitions().max_results(1),
    "batch:ListJobs" = list_jobs().job_queue(NOBODY),
    "batch:DescribeJobs" = describe_jobs().jobs(NOBODY),
    "batch:GetJobQueueSnapshot" = get_job_queue_snapshot().job_queue(NOBODY),
];
