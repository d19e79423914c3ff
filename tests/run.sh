#!/usr/bin/env bash
# Runs every test and ends with one line: N passed, N failed, N skipped.
set -uo pipefail
cd "$(dirname "$0")/.."

# What the tests call beyond the .NET SDK, as program:Debian package. (Benchmarks look for their own peers.)
needs="chromium-headless-shell:chromium-headless-shell certutil:libnss3-tools curl:curl openssl:openssl zbarimg:zbar-tools node:nodejs npm:npm perl:perl python3:python3
       ip:iproute2 nft:nftables iptables:iptables conntrack:conntrack socat:socat iperf3:iperf3 wg:wireguard-tools wireguard-go:wireguard-go
       podman:podman runc:runc /usr/lib/podman/netavark:netavark busybox:busybox setpriv:util-linux psql:postgresql
       cpio:cpio qemu-system-x86_64:qemu-system-x86"
projects="PortPortal.Tests PortPortal.SystemTests PortPortal.BrowserTests"
results=artifacts/test-results
export PATH="$PATH:/usr/sbin:/sbin" DEBIAN_FRONTEND=noninteractive
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1

missing() { for need in $needs; do command -v "${need%%:*}" >/dev/null || echo "${need##*:}"; done; }
finish() { echo "$passed passed, $failed failed, $skipped skipped"; [ "$failed" = 0 ]; exit; }
passed=0 failed=0 skipped=0

# 1. Programs
packages=$(missing | tr '\n' ' ')
if [ -n "$packages" ] && command -v apt-get >/dev/null; then
  if [ "$(id -u)" = 0 ]; then as_root=""; else as_root="sudo -n"; fi
  $as_root apt-get update -qq </dev/null && $as_root apt-get install -y -qq --no-install-recommends $packages </dev/null
  packages=$(missing | tr '\n' ' ')
fi
if [ -n "$packages" ]; then
  echo "Missing, and not to be installed from here: $packages(Debian names). Tests that need them fail or are skipped."
fi
# The kernel that one test boots in a virtual machine: unpacked beside the tests, never installed.
if [ ! -d artifacts/guest-kernel/boot ] && command -v apt-get >/dev/null; then
  mkdir -p artifacts/guest-kernel
  (cd artifacts/guest-kernel && kernel=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null | sed -n 's/.*Depends: \(linux-image-[0-9][^ ]*\).*/\1/p' | head -n 1) &&
    apt-get download -qq "$kernel" </dev/null && dpkg-deb -x linux-image-*.deb . && rm -f linux-image-*.deb) ||
    echo "No kernel for a virtual machine is to be had here; its test is skipped."
fi
if [ ! tests/node/node_modules/.package-lock.json -nt tests/node/package-lock.json ]; then
  (cd tests/node && npm ci --no-audit --no-fund --loglevel=error </dev/null && touch node_modules/.package-lock.json) || { failed=1; finish; }
fi

# 2. One build
dotnet build PortPortal.sln -v q -p:UseSharedCompilation=false </dev/null || { failed=1; finish; }

# 3. All tests; a test that hangs is named and ended
rm -rf "$results"
for project in $projects; do
  echo "== $project"
  dotnet test "tests/$project" --no-build --logger "trx;LogFileName=$project.trx" --results-directory "$results" \
    --blame-hang-timeout 15m --blame-hang-dump-type none </dev/null
  status=$?
  # total, executed, passed
  read -r total executed good < <(sed -n 's/.*<Counters total="\([0-9]*\)" executed="\([0-9]*\)" passed="\([0-9]*\)".*/\1 \2 \3/p' "$results/$project.trx" 2>/dev/null)
  bad=$((${executed:-0} - ${good:-0}))
  if [ "$status" != 0 ] && [ "$bad" = 0 ]; then bad=1; echo "$project did not run to its end (exit code $status)."; fi
  passed=$((passed + ${good:-0})) failed=$((failed + bad)) skipped=$((skipped + ${total:-0} - ${executed:-0}))
done
finish
