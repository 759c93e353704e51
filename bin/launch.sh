# Sourced by the scripts that run a module of ours: finds java, and builds what is missing or changed.
# Needs $root, the repository, and $module, the folder of the module. Sets $classpath, defines fail and exec_java.

fail() {
  echo "tidings: $1" >&2
  exit "${2:-2}"
}

target=$root/$module/target
stamp=$target/built
log=$target/build.log
lock=$root/.building

if [ -n "${JAVA_HOME:-}" ]; then
  java=$JAVA_HOME/bin/java
  [ -x "$java" ] || fail "JAVA_HOME is $JAVA_HOME, where there is no bin/java: point it to a JDK of at least 17"
else
  java=$(command -v java) || fail "No java: install a JDK of at least 17, or set JAVA_HOME"
fi

# Cheaper than asking java itself; without that file, java will say so if it is too old.
release=$(dirname "$(dirname "$(readlink -f "$java")")")/release
version=17
if [ -r "$release" ]; then
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$release")
fi
[ "${version:-17}" -ge 17 ] || fail "Java $version is too old: a JDK of at least 17 is needed ($java)"

is_stale() {
  [ ! -f "$stamp" ] || [ -n "$(find "$root" \
    \( -name target -o -name .git -o -name test \) -prune -o \
    \( -path '*/src/main/*' -o -name pom.xml \) -type f -newer "$stamp" -print 2>/dev/null | head -n 1)" ]
}

build() {
  command -v mvn >/dev/null || fail "No mvn: install Maven (3.8 or newer) to build tidings the first time"
  if [ -f "$stamp" ]; then
    echo "tidings: building what changed…" >&2
  else
    echo "tidings: building for the first time; libraries are downloaded, which takes a few minutes…" >&2
  fi
  mkdir -p "$target"
  touch "$target/building"
  if ! (cd "$root" && mvn --batch-mode --no-transfer-progress -q -DskipTests -Dspotless.check.skip=true \
    -pl "$module" -am package) >"$log" 2>&1 </dev/null; then
    grep -m 5 ERROR "$log" >&2 || tail -n 5 "$log" >&2
    fail "the build failed; all of it is in $log" 70
  fi
  # As old as the start of the build, so that what was changed meanwhile is seen.
  touch -r "$target/building" "$stamp"
}

if is_stale; then
  waited=0
  until mkdir "$lock" 2>/dev/null; do
    builder=$(cat "$lock/pid" 2>/dev/null || true)
    if [ -n "$builder" ] && ! kill -0 "$builder" 2>/dev/null; then
      rm -rf "$lock"
      continue
    fi
    if [ "$waited" -eq 2 ]; then
      echo "tidings: waiting for another process${builder:+ ($builder)} that is building…" >&2
    fi
    [ "$waited" -lt 1800 ] || fail "another build seems stuck: if none runs, remove $lock"
    waited=$((waited + 1))
    sleep 1
  done
  trap 'rm -rf "$lock"' EXIT INT TERM
  echo $$ >"$lock/pid"
  if is_stale; then
    build
  fi
  rm -rf "$lock"
  trap - EXIT INT TERM
fi


jar=
for candidate in "$target"/tidings-*.jar; do
  jar=$candidate
done
[ -f "$jar" ] || fail "$target holds no jar: remove $stamp and try again" 70
classpath=$jar:$target/lib/*

# Becomes java with these arguments, and with what every program of ours runs with.
exec_java() {
  if [ "${version:-17}" -ge 24 ]; then
    set -- --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED "$@"
  fi
  # Java reads its arguments in the locale's encoding: without one, names and messages would be lost.
  case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
    *[Uu][Tt][Ff]*8*) ;;
    *) export LC_ALL=C.UTF-8 ;;
  esac
  registry_home=${TIDINGS_REGISTRY_HOME:-$root/infra/embedded-kafka/target/registry}
  exec "$java" -Xshare:auto "-Dtidings.registry.home=$registry_home" "$@"
}
