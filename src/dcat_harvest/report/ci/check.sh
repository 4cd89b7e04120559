#!/usr/bin/env bash
# Check DCAT metadata in CI: what action.yml runs, and what any other CI can run.
#
#   FILES      files to check, or globs, separated by spaces or lines (required)
#   PROFILES   profiles, separated by spaces (default: those of `dcat-harvest check`)
#   FAIL_ON    never, violation, warning or info (default: violation)
#   BASELINE   baseline file; without one, and with BASE_REF, the files at BASE_REF are the baseline
#   BASE_REF   git commit or branch to compare with
#   IGNORE     what to leave out, one `CODE=REASON` a line
#   REPORT     folder for report.sarif, junit.xml, code-quality.json, summary.md (default: dcat-report)
#   REPORT_LANG  nl or en (default: nl)
#
# Exits as `dcat-harvest check` does: 0 fine, 1 findings, 2 wrong use.
set -euo pipefail
shopt -s nullglob globstar

report=${REPORT:-dcat-report}
mkdir -p "$report"
report=$(cd "$report" && pwd)

# Word splitting and globbing are what FILES and PROFILES are for.
# shellcheck disable=SC2206
files=(${FILES:-})
if [ ${#files[@]} -eq 0 ]; then
  echo "check.sh: FILES names no file that is there: '${FILES:-}'" >&2
  exit 2
fi
options=(--lang "${REPORT_LANG:-nl}")
for profile in ${PROFILES:-}; do
  options+=(--profile "$profile")
done
while IFS= read -r rule; do
  if [ -n "$rule" ]; then options+=(--ignore "$rule"); fi
done <<< "${IGNORE:-}"

baseline=${BASELINE:-}
if [ -z "$baseline" ] && [ -n "${BASE_REF:-}" ]; then
  before=$(mktemp -d)
  trap 'git worktree remove --force "$before" 2>/dev/null || true' EXIT
  git worktree add --quiet --detach "$before" "$BASE_REF"
  baseline=$report/baseline.json
  (
    cd "$before"
    # shellcheck disable=SC2206
    old=(${FILES})
    there=()
    for file in "${old[@]}"; do
      if [ -e "$file" ]; then there+=("$file"); fi
    done
    if [ ${#there[@]} -gt 0 ]; then
      dcat-harvest check "${there[@]}" "${options[@]}" --quiet --fail-on never \
        --baseline "$baseline" --update-baseline > /dev/null
    fi
  )
  if [ ! -f "$baseline" ]; then baseline=; fi
fi
if [ -n "$baseline" ]; then options+=(--baseline "$baseline"); fi

format=text
if [ -n "${GITHUB_ACTIONS:-}" ]; then format=github; fi
code=0
dcat-harvest check "${files[@]}" "${options[@]}" --fail-on "${FAIL_ON:-violation}" --format "$format" \
  --also "sarif=$report/report.sarif" --also "junit=$report/junit.xml" \
  --also "gitlab=$report/code-quality.json" --also "markdown=$report/summary.md" || code=$?

if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -f "$report/summary.md" ]; then
  cat "$report/summary.md" >> "$GITHUB_STEP_SUMMARY"
fi
exit "$code"
