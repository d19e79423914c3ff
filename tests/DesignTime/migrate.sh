#!/usr/bin/env bash
# Writes a migration for both databases from the entities as they are now.
#   migrate.sh NAME      adds one
#   migrate.sh --reset   before the first release: deletes all and writes a single one, Initial
#   migrate.sh --check   fails when the entities have changed since the last one
set -euo pipefail
cd "$(dirname "$0")/../.."
[ $# = 1 ] || { sed -n '2,5p' "$0" >&2; exit 2; }

migrations=src/PortPortal.Engine/Data/Migrations
if [ "$1" = --reset ]; then rm -rf "$migrations"; fi

dotnet tool restore -v q
dotnet build tests/DesignTime -m:1 --nologo -v q

ef() { dotnet ef "$@" --project src/PortPortal.Engine --startup-project tests/DesignTime --no-build; }
for provider in Sqlite PostgreSql; do
  case "$1" in
    --check) ef migrations has-pending-model-changes --context "${provider}DbContext" ;;
    --reset) ef migrations add Initial --context "${provider}DbContext" -o "Data/Migrations/$provider" ;;
    *) ef migrations add "$1" --context "${provider}DbContext" -o "Data/Migrations/$provider" ;;
  esac
done
