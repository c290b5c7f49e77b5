#!/usr/bin/env bash
# Renders Reports/ anew: the demonstration's page, how far its heatmaps can be believed, five crops and
# an ensemble on the same faces, and their pictures for the README. Seeds are fixed, so the numbers repeat; Chromium takes the pictures.
set -euo pipefail
cd "$(dirname "$0")/.."
facet=${FACET:-$PWD/.build/release/facet}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

"$facet" demo --output demo
"$facet" trust --model demo/model.safetensors --data demo/faces/photos --output trust
"$facet" crops --model demo/model.safetensors --data demo/faces/photos --output crops
"$facet" ensemble --data demo/faces/photos --output ensemble

reports=$OLDPWD/Reports
mkdir -p "$reports"
for page in demo trust crops ensemble; do
  cp "$page/report.html" "$reports/$page.html"
  cp "$page/results.json" "$reports/$page.json"
done
if command -v chromium >/dev/null; then
  chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --window-size=1100,1500 \
    --screenshot="$reports/demo.png" "file://$work/demo/report.html" 2>/dev/null
fi
