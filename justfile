# Recipes are plain commands: whoever has no `just` types what stands below a name.

# Unit tests and the hand-calculated rules.
quick:
    cargo test --locked --lib --test rules

# The whole check, as CI runs it.
all:
    .ci/run

# Format and lints.
lint:
    cargo fmt --check
    cargo clippy --locked --all-targets -- -D warnings

# Documentation of the code, with warnings as errors.
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps

# The workbooks of the examples are what their generator writes.
examples:
    #!/usr/bin/env bash
    set -euo pipefail
    out=$(mktemp -d)
    cargo run --locked --quiet --example make-examples -- "$out"
    made=$(mktemp -d)
    (cd "$out" && find . -type f -print0 | sort -z | xargs -0 sha256sum) >"$made/all.txt"
    (cd examples && sha256sum --check --quiet "$made/all.txt")
    (cd "$out" && find . -name '*.xlsx' | sort) >"$made/made.txt"
    (cd examples && find . -name '*.xlsx' -not -path '*/results/*' -not -path '*/feedback/*' | sort) >"$made/kept.txt"
    diff "$made/made.txt" "$made/kept.txt"
