#!/usr/bin/env bash
# Renders Reports/ anew: the demonstration's page, how far its heatmaps can be believed, what its layers
# respond to, five crops, an ensemble, a verified pair and the worst errors of all pairs on the same faces,
# and a picture for the README, which Chromium takes. Seeds are fixed, so the numbers repeat.
set -euo pipefail
cd "$(dirname "$0")/.."
facet=${FACET:-$PWD/.build/release/facet}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

"$facet" demo --output demo
"$facet" trust --model demo/model.safetensors --data demo/faces/photos --output trust
"$facet" layers --model demo/model.safetensors --data demo/faces/photos --output layers
"$facet" crops --model demo/model.safetensors --data demo/faces/photos --output crops
"$facet" ensemble --data demo/faces/photos --output ensemble
# Two photos of one person that the network was not trained on.
pair=$(awk -F, '$3 == 1 { print "demo/faces/photos/" $1, "demo/faces/photos/" $2; exit }' demo/scores.csv)
# shellcheck disable=SC2086
"$facet" verify --model demo/model.safetensors $pair --scores demo/scores.csv --output verify
"$facet" verify --model demo/model.safetensors --pairs demo/scores.csv --images demo/faces/photos \
  --worst 4 --output verify-list

reports=$OLDPWD/Reports
mkdir -p "$reports"
for page in demo trust layers crops ensemble verify verify-list; do
  cp "$page/report.html" "$reports/$page.html"
  cp "$page/results.json" "$reports/$page.json"
done
if command -v chromium >/dev/null; then
  chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --window-size=1100,1960 \
    --screenshot="$reports/demo.png" "file://$work/demo/report.html" 2>/dev/null
fi
