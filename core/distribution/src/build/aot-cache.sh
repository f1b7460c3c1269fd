#!/bin/sh
# Called by the build: aot-cache.sh DISTRIBUTION. Lets the distribution live through its main job once and keeps what the JVM
# noted about its classes in lib/keywarden.aot, with which a node starts in a fraction of the time. JDKs before 25 have no
# such cache. Whoever starts another JDK, or another jar, than those of the build starts without it.
set -eu

distribution=$1
cache=$distribution/lib/keywarden.aot
rm -f "$cache"
. "$distribution/bin/find-jdk.sh"
keywarden_find_java
if [ "$KEYWARDEN_JAVA_VERSION" -lt 25 ]; then
    echo "no AOT cache: this JDK is $KEYWARDEN_JAVA_VERSION, and caches begin with 25"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
if ! KEYWARDEN_MAIN=dev.keywarden.app.cli.Rehearsal KEYWARDEN_JAVA_OPTS="-XX:AOTCacheOutput=$work/keywarden.aot" \
    "$distribution/bin/keywarden" >"$work/log" 2>&1 || [ ! -s "$work/keywarden.aot" ]; then
    tail -n 30 "$work/log" >&2
    echo "the distribution did not live through its rehearsal, so there is no AOT cache; what it said is above" >&2
    exit 1
fi
mv "$work/keywarden.aot" "$cache"
