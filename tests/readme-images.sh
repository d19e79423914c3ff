#!/usr/bin/env bash
# Makes the README's pictures anew from a running portal, and puts them into docs/images.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet test tests/PortPortal.BrowserTests --filter FullyQualifiedName~ReadmeImages
cp artifacts/readme/*.png docs/images/
ls -l docs/images
