#!/bin/sh
# What a pass costs when no source has changed, beside the plain loop that only fetches.
#
#   Tests/Benchmarks/build-nothing-changed.sh PATH/TO/reconcile [FOLDERS] [REPOSITORIES]
#
# First one repository of FOLDERS folders with an image each, beside `git fetch` of it; then REPOSITORIES repositories
# with an image each, beside `xargs -P 8 git fetch`. Everything is on this machine, so the network costs nothing and all
# that is left is our own work.
set -eu
program=$(realpath "$1")
folders=${2:-200}
repositories=${3:-200}
top=$(mktemp -d)
registry=
trap 'kill $registry 2>/dev/null || true; rm -rf "$top"' EXIT
export HOME="$top" GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=user.email GIT_CONFIG_VALUE_0=a@example.org
port=$((20000 + $$ % 20000))

cat >"$top/registry.yml" <<END
version: 0.1
log: {level: error, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: $top/registry}, delete: {enabled: true}}
http: {addr: '127.0.0.1:$port'}
END
docker-registry serve "$top/registry.yml" >"$top/registry.log" 2>&1 &
registry=$!

now() { date +%s%N; }
# Prints the best of five runs of a command, in milliseconds.
best() {
    least=
    for run in 1 2 3 4 5; do
        begin=$(now)
        "$@" >"$top/out" 2>&1 || { cat "$top/out"; exit 1; }
        took=$((($(now) - begin) / 1000000))
        if [ -z "$least" ] || [ $took -lt $least ]; then least=$took; fi
    done
    echo "$least"
}
compare() { # WHAT PEER THEIRS OURS: both times, in milliseconds, and what ours is of theirs
    awk -v what="$1" -v peer="$2" -v theirs="$3" -v ours="$4" 'BEGIN {
        printf "%s, nothing changed: %s %d ms, reconcile --once %d ms, %.2f times\n", what, peer, theirs, ours, ours / theirs
    }'
}
source_repository() { # PATH: a repository with a commit
    git init -q -b main "$1"
}
commit() { git -C "$1" add -A && git -C "$1" -c user.name=a commit -q -m one; }
once() {
    "$program" --once --config "$top/$1" --state "$top/$1-state" --registry "127.0.0.1:$port" --builder buildah \
        --allow-local "$top" --disk-floor 1MB --build-jobs 2
}

# One repository of many folders.
source_repository "$top/many"
i=0
mkdir -p "$top/folders/desired"
echo '{' >"$top/folders/desired/build.json"
while [ $i -lt "$folders" ]; do
    i=$((i + 1))
    mkdir -p "$top/many/$i"
    printf 'FROM scratch\nCOPY Dockerfile /%s\n' $i >"$top/many/$i/Dockerfile"
    [ $i -eq 1 ] || echo , >>"$top/folders/desired/build.json"
    printf '"image-%s": { "URL": "%s/many", "path": "%s" }' $i "$top" $i >>"$top/folders/desired/build.json"
done
echo '}' >>"$top/folders/desired/build.json"
commit "$top/many"
once folders >"$top/first" 2>&1 || { tail -5 "$top/first"; exit 1; }
git clone -q --bare "$top/many" "$top/many.git"
theirs=$(best git -C "$top/many.git" fetch -q "$top/many" +HEAD:refs/heads/main)
compare "$folders folders" "git fetch" "$theirs" "$(best once folders)"

# Many repositories.
mkdir -p "$top/repositories/desired" "$top/sources" "$top/copies"
echo '{' >"$top/repositories/desired/build.json"
i=0
while [ $i -lt "$repositories" ]; do
    i=$((i + 1))
    source_repository "$top/sources/$i"
    printf 'FROM scratch\nCOPY Dockerfile /r%s\n' $i >"$top/sources/$i/Dockerfile"
    commit "$top/sources/$i"
    git clone -q --bare "$top/sources/$i" "$top/copies/$i"
    [ $i -eq 1 ] || echo , >>"$top/repositories/desired/build.json"
    printf '"repository-%s": { "URL": "%s/sources/%s" }' $i "$top" $i >>"$top/repositories/desired/build.json"
done
echo '}' >>"$top/repositories/desired/build.json"
once repositories >"$top/first" 2>&1 || { tail -5 "$top/first"; exit 1; }
fetch_all() {
    seq "$repositories" | xargs -P 8 -I{} git -C "$top/copies/{}" fetch -q "$top/sources/{}" +HEAD:refs/heads/main
}
theirs=$(best fetch_all)
compare "$repositories repositories" "xargs -P 8 git fetch" "$theirs" "$(best once repositories)"
