//! Tests of 核算.
