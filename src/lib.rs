//! quarterdeck: a terminal dashboard for AWS compute fleets.
//!
//! Layers in reading order; an arrow never points up, and `tests/it/layers.rs` holds it so:
//!
//! - [`model`]: the vocabulary. Pure.
//! - [`service`]: one file for each AWS service: a table, and the functions that fetch and act.
//! - [`app`]: `update(&mut State, Msg) -> Vec<Effect>`, all behaviour. Pure.
//! - [`ui`]: `draw(frame, &State, &Look)`, all rendering. Pure.
//! - [`aws`]: sessions, `CloudWatch`, raw documents, the SDK's errors as [`model::Problem`].
//! - [`sim`]: the simulated AWS, at the wire.
//! - [`config`], [`cli`]: what the user wants.
//! - [`runtime`]: the loop; the only place that touches the world.

pub mod app;
pub mod aws;
pub mod cli;
pub mod config;
pub mod model;
pub mod runtime;
pub mod service;
pub mod sim;
pub mod ui;
