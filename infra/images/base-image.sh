#!/bin/sh
# Makes a base image of Debian packages, for machines that reach no image registry: Java 17 and the libraries it
# needs, no shell, no package manager. It has the health check of our images, which they inherit: Jib cannot add one. Needs Debian, apt-get, jq and a Java runtime whose certificates it takes.
#
#   infra/images/base-image.sh base.tar
#   mvn -Pimages -Dimages.base=tar://$PWD/base.tar ... package
set -eu
[ $# -eq 1 ] || { echo "usage: $0 OUTPUT.tar" >&2; exit 2; }
output=$(realpath -m "$1")
packages="openjdk-17-jre-headless libc6 zlib1g libgcc-s1 libstdc++6 tzdata netbase base-files"
certificates=/etc/ssl/certs/java/cacerts
[ -r "$certificates" ] || { echo "$0: $certificates is missing: apt-get install ca-certificates-java" >&2; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
mkdir -p "$work/packages" "$work/root" "$work/image"
# shellcheck disable=SC2086
(cd "$work/packages" && apt-get -qq -o APT::Sandbox::User=root download $packages)

root=$work/root
# Debian's merged /usr: before the packages, so that they unpack into it.
mkdir -p "$root/usr/bin" "$root/usr/sbin" "$root/usr/lib" "$root/usr/lib64" "$root/etc" "$root/tmp"
for folder in bin sbin lib lib64; do
  ln -s "usr/$folder" "$root/$folder"
done
for package in "$work"/packages/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -x -C "$root" --keep-directory-symlink --no-same-owner
done
rm -rf "$root/usr/share/doc" "$root/usr/share/man" "$root/usr/share/lintian" "$root/usr/share/locale" \
  "$root/usr/lib/jvm"/*/man "$root/var/cache"
mkdir -p "$root/etc/ssl/certs/java"
cp -L "$certificates" "$root/etc/ssl/certs/java/cacerts"
java_home=$(cd "$root" && ls -d usr/lib/jvm/java-17-openjdk-*)
ln -sf "../lib/jvm/${java_home##*/}/bin/java" "$root/usr/bin/java"
echo 'root:x:0:0:root:/:/nonexistent
nobody:x:65534:65534:nobody:/nonexistent:/nonexistent' >"$root/etc/passwd"
echo 'root:x:0:
nogroup:x:65534:' >"$root/etc/group"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
chmod 1777 "$root/tmp"

image=$work/image
tar -c -C "$root" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -f "$image/layer.tar" .
layer=$(sha256sum "$image/layer.tar" | cut -d ' ' -f 1)
architecture=$(dpkg --print-architecture)
jq -n --arg layer "sha256:$layer" --arg architecture "$architecture" --arg home "/$java_home" '{
  architecture: $architecture, os: "linux", created: "1970-01-01T00:00:00Z",
  config: {Env: ["PATH=/usr/bin:/usr/sbin", "JAVA_HOME=\($home)", "LC_ALL=C.UTF-8"],
    Healthcheck: {Interval: 10000000000, Timeout: 8000000000, StartPeriod: 60000000000, Retries: 6, Test: ["CMD", "java",
      "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx16m", "-cp", "/app/libs/*", "dev.tidings.health.HealthCheck"]}},
  rootfs: {type: "layers", diff_ids: [$layer]},
  history: [{created: "1970-01-01T00:00:00Z", created_by: "base-image.sh"}]}' >"$image/config.json"
echo '[{"Config":"config.json","RepoTags":["tidings-base:local"],"Layers":["layer.tar"]}]' >"$image/manifest.json"
mkdir -p "$(dirname "$output")"
tar -c -C "$image" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -f "$output" manifest.json config.json layer.tar
