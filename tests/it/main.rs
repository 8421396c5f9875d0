//! One binary for all integration tests, so that the SDK is linked once.

mod cli;
mod docs;
mod eks;
mod faults;
mod fixture;
mod frames;
mod layers;
mod listing;
mod moto;
mod pilot;
mod pty;
mod python;
mod screenshots;
mod services;
mod sim;
