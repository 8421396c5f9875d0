//! One binary for all integration tests, so that the SDK is linked once.

mod acts;
mod cli;
mod deeds;
mod docs;
mod eks;
mod faults;
mod fixture;
mod frames;
mod hour;
mod journal;
mod layers;
mod listing;
mod moto;
mod pilot;
mod pty;
mod python;
mod rates;
mod screenshots;
mod services;
mod sim;
