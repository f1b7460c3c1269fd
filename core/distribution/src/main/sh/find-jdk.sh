# Sourced by the launchers. Sets KEYWARDEN_JAVA to the newest java of version 21 or later, or explains and exits with 1.

# The feature version of a Java installation: 25 for 25.0.1, 8 for 1.8.0.
keywarden_java_version() {
    if [ -r "$1/release" ]; then
        sed -n 's/^JAVA_VERSION="\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' "$1/release" | head -n 1
    fi
}

keywarden_find_java() {
    best=0
    KEYWARDEN_JAVA=
    on_path=$(command -v java 2>/dev/null || true)
    if [ -n "$on_path" ]; then
        on_path=$(dirname -- "$(dirname -- "$(readlink -f -- "$on_path")")")
    fi
    for home in ${JAVA_HOME:+"$JAVA_HOME"} ${on_path:+"$on_path"} \
        /usr/lib/jvm/* /opt/java/* /opt/jdk* "${HOME:-/nonexistent}"/.sdkman/candidates/java/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        [ -x "$home/bin/java" ] || continue
        version=$(keywarden_java_version "$home")
        if [ "${version:-0}" -gt "$best" ]; then
            best=$version
            KEYWARDEN_JAVA=$home/bin/java
        fi
    done
    if [ "$best" -lt 21 ]; then
        {
            echo "keywarden: no JDK of version 21 or later was found (the newest is ${best:-none})."
            echo "Install one, for example: apt-get install openjdk-21-jdk   (or temurin-25-jdk), or set JAVA_HOME."
        } >&2
        exit 1
    fi
    KEYWARDEN_JAVA_VERSION=$best
}
