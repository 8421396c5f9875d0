//! The calls of Lambda that read.

use super::calls::client;
use crate::service::{
    Read,
    reads::{NOBODY, reads},
};

/// The id of no event source.
const NOWHERE: &str = "00000000-0000-0000-0000-000000000000";

/// `ListTags` takes the ARN of a function, which tells the account: asked about another it is denied to everybody.
pub(super) static READS: &[Read] = reads![client;
    "lambda:ListFunctions" = list_functions().max_items(1),
    "lambda:GetFunctionConfiguration" = get_function_configuration().function_name(NOBODY),
    "lambda:GetFunctionConcurrency" = get_function_concurrency().function_name(NOBODY),
    "lambda:ListVersionsByFunction" = list_versions_by_function().function_name(NOBODY),
    "lambda:ListAliases" = list_aliases().function_name(NOBODY),
    "lambda:GetAlias" = get_alias().function_name(NOBODY).name(NOBODY),
    "lambda:ListProvisionedConcurrencyConfigs" = list_provisioned_concurrency_configs().function_name(NOBODY),
    "lambda:ListEventSourceMappings" = list_event_source_mappings().max_items(1),
    "lambda:GetEventSourceMapping" = get_event_source_mapping().uuid(NOWHERE);
    "lambda:ListTags",
];
