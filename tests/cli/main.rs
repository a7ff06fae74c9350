//! The program as seen by its users: what is typed, what is printed, what is written, and how it ends.
//!
//! Every test runs the built binary in a cleaned environment on a copy of an example or on a small csv project, and
//! asserts what a user would notice. `architecture` and `catalogue` read the sources instead.
#![allow(clippy::unwrap_used, missing_docs, reason = "test code: a panic is the report")]

mod analyze;
mod analyze_raters;
mod analyze_scenarios;
mod appeals;
mod architecture;
mod assertions;
mod bad_files;
mod bad_input;
mod bad_model;
mod bounds;
mod broken;
mod catalogue;
mod cells;
mod check_report;
mod city;
mod city_inputs;
mod compare;
mod county;
mod dump;
mod explain;
mod faults;
mod feedback_changed;
mod forgeries;
mod gaps;
mod golden;
mod guide;
mod injection;
mod injection_later;
mod languages;
mod lists;
mod marking;
mod messy;
mod minimal;
#[path = "../recalc/office.rs"]
mod office;
mod order;
mod outside;
mod own_outputs;
mod pages;
mod panel;
mod personal;
mod places;
mod privacy;
mod public;
mod publishing;
mod receipts;
mod regrade;
mod regrade_story;
mod reproducible;
mod result_json;
mod runner;
mod said;
mod seals;
mod secrecy;
mod small;
mod status;
mod status_unchanged;
mod suggest;
mod told;
mod traceable;
mod unchanged;
mod usage;
mod verify;
mod verify_chain;
mod verify_rules;
mod works;
