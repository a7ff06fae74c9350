//! Examples worked out by hand.
