//! One binary for all integration tests, so that the SDK is linked once.

mod acts;
mod cli;
mod deeds;
mod docs;
mod eks;
mod faults;
mod fixture;
mod frames;
mod guard;
mod hostile;
mod hour;
mod journal;
mod layers;
mod listing;
mod moto;
mod pilot;
mod prices;
mod pty;
mod python;
mod rates;
mod restart;
mod screenshots;
mod services;
mod signing;
mod sim;
