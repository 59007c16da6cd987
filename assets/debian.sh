#!/usr/bin/env bash
# A Debian package of the program with its manual and its completions: `cargo install cargo-deb` once, then this script, then
# `dpkg --install` of the file that it names. Arguments go to `cargo deb`.
set -euo pipefail
cd "$(dirname "$0")/.."
profile=release
[[ " $* " == *" --profile=dev "* ]] && profile=dev
cargo build --locked --quiet --profile "$profile"
built=target/${profile/dev/debug}/riskscope
mkdir -p target/debian/man
"$built" man >target/debian/man/riskscope.1
for command in $("$built" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
    [[ $command == help ]] || "$built" man "$command" >"target/debian/man/riskscope-$command.1"
done
for shell in bash zsh fish; do
    "$built" completions "$shell" >"target/debian/riskscope.$shell"
done
cargo deb --locked --no-build "$@"
