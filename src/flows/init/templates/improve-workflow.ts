import { shellWord, suffixOf, yamlValue } from './project-plan.ts';

/** What the workflow of a project is written with. */
export interface ImproveWorkflow {
  /** How GitHub calls it. */
  readonly name: string;
  /** Steps after the checkout by which the project can run, each as lines of YAML. */
  readonly steps: readonly (readonly string[])[];
  /** What stands before Docket's own words in a shell. */
  readonly docket: string;
  /** Folder of docket.config.ts below the repository; empty where it is the repository's own. */
  readonly below: string;
}

const secret = (name: string) => `\${{ secrets.${name} }}`;
/** Variables by which the tracing systems are asked; that a system is meant is known by the second of each. */
const variables = [
  'LOGFIRE_READ_TOKEN',
  'LOGFIRE_BASE_URL',
  'LANGFUSE_PUBLIC_KEY',
  'LANGFUSE_SECRET_KEY',
  'LANGFUSE_BASE_URL',
  'BRAINTRUST_API_KEY',
  'BRAINTRUST_PROJECT',
  'BRAINTRUST_API_URL',
  'DD_API_KEY',
  'DD_APP_KEY',
  'DD_SITE',
];
const checkout = 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1';

/**
 * The workflow that looks at recorded runs each night, and opens or updates one pull request. Its first job runs the project's code and may write nothing, its second
 * may write and runs nothing of the project. No text of a trace is ever part of a shell, a title or a branch's name.
 */
export function improveWorkflow({ name, steps, docket, below }: ImproveWorkflow): string {
  const inFolder = (path: string) => (below === '' ? path : `${below}/${path}`);
  const within = (path: string) => shellWord(inFolder(path));
  const branch = `docket/improve${suffixOf(below)}`;
  const title = `Plan and drafts of cases from recorded runs${below === '' ? '' : ` of ${below}`}`;
  return `# Each night, or by hand: reads recorded runs, writes a plan and drafts of cases, and opens or updates one pull request with both. It merges nothing and
# labels nothing: a person reviews the drafts (docket cases review) and makes of the plan what they see fit.
# Set the secrets of your tracing system, and allow GitHub Actions to create pull requests (Settings, Actions, General).
name: ${yamlValue(name)}

on:
  schedule:
    - cron: '23 5 * * *'
  workflow_dispatch:
    inputs:
      since:
        description: 'How far back to look: 24h, 7d'
        default: 24h

permissions:
  contents: read

concurrency:
  group: docket-improve${suffixOf(below)}

jobs:
  plan:
    # Runs the project's code, and so may write nothing.
    runs-on: ubuntu-24.04
    timeout-minutes: 30
    permissions:
      contents: read
      pull-requests: read
    outputs:
      found: \${{ steps.plan.outputs.found }}
    steps:
      - uses: ${checkout}
        with:
          persist-credentials: false
${steps.map(([first, ...rest]) => [`      - ${first}`, ...rest.map((line) => `        ${line}`)].join('\n')).join('\n')}
      # Drafts of the pull request that is still open stay in it, and are not drafted again.
      - id: earlier
        env:
          GH_TOKEN: \${{ github.token }}
          GH_REPO: \${{ github.repository }}
        run: |
          base=$(gh repo view --json defaultBranchRef --jq .defaultBranchRef.name)
          if [ "$GITHUB_REF_NAME" != "$base" ]; then echo "::error::Run this on $base."; exit 1; fi
          open=$(gh pr list --head ${branch} --base "$base" --state open --json isCrossRepository --jq 'map(select(.isCrossRepository | not)) | length')
          echo "open=$open" >> "$GITHUB_OUTPUT"
      - if: steps.earlier.outputs.open != '0'
        uses: ${checkout}
        with:
          ref: ${branch}
          path: .docket/earlier
          persist-credentials: false
      # Recorded runs stay on this machine, which is gone afterwards; what leaves it is redacted.
      - id: plan
        env:
          SINCE: \${{ inputs.since || '24h' }}
${variables.map((variable) => `          ${variable}: ${secret(variable)}`).join('\n')}
        run: |
          docket() { ${docket} "$@"; }
          out="$RUNNER_TEMP/proposal"
          earlier="$PWD"/.docket/earlier/${within('cases/drafts')}${below === '' ? '' : `\n          cd ${shellWord(below)}`}
          mkdir -p "$out/drafts" cases/drafts
          if [ -d "$earlier" ]; then cp -n "$earlier"/*.json cases/drafts/ || true; fi
          for system in logfire:LOGFIRE_READ_TOKEN langfuse:LANGFUSE_SECRET_KEY braintrust:BRAINTRUST_API_KEY datadog:DD_API_KEY; do
            variable="\${system#*:}"
            if [ -z "\${!variable:-}" ]; then continue; fi
            code=0
            docket traces import --from "\${system%%:*}" "--since=$SINCE" || code=$?
            # 1: some records could not be read, and were told.
            if [ "$code" -gt 1 ]; then exit "$code"; fi
          done
          runs=0
          if [ -f .docket/traces.db ]; then
            docket traces summary "--since=$SINCE" --json > "$RUNNER_TEMP/summary.json"
            runs=$(node -p 'JSON.parse(fs.readFileSync(process.argv[1], "utf8")).all.runs' "$RUNNER_TEMP/summary.json")
          fi
          if [ "$runs" = 0 ]; then
            echo '::notice::There are no recorded runs to look at. Are the secrets of a tracing system set?'
            echo 'found=false' >> "$GITHUB_OUTPUT"
            exit 0
          fi
          docket traces score
          docket traces summary "--since=$SINCE" > "$RUNNER_TEMP/summary.txt"
          # Runs of an earlier state of the deployed version count as its own, and the plan says how many.
          current=$(docket versions --json | node -p 'JSON.parse(fs.readFileSync(0, "utf8")).current')
          docket improve "--version=$current" "--since=$SINCE" --redact --json > "$RUNNER_TEMP/plan.json"
          docket cases draft --limit 5 "--since=$SINCE"
          cp reports/improvement-plan.md "$out/"
          find cases/drafts -maxdepth 1 -name '*.json' -exec cp {} "$out/drafts/" ';'
          {
            echo 'What recorded runs of the last while say: drafts of cases for a person to review (docket cases review), and a plan. Nothing of it counts until somebody'
            echo ${shellWord(`labels and merges it. The whole plan is ${inFolder('reports/improvement-plan.md')} in this branch.`)}
            echo
            # Indented, so that nothing in it is markup.
            sed 's/^/    /' "$RUNNER_TEMP/summary.txt"
            echo
            # In whole lines: no quotation is left open.
            awk '{ all += length($0) + 1 } all > 50000 { exit } { print }' reports/improvement-plan.md
          } > "$out/body.md"
          cat "$out/body.md" >> "$GITHUB_STEP_SUMMARY"
          problems=$(node -p 'JSON.parse(fs.readFileSync(process.argv[1], "utf8")).problems.length' "$RUNNER_TEMP/plan.json")
          found=false
          # Drafts that are on this branch already are no news.
          if [ "$problems" != 0 ] || [ -n "$(git ls-files --others --exclude-standard -- cases/drafts)" ]; then found=true; fi
          echo "found=$found" >> "$GITHUB_OUTPUT"
      - if: steps.plan.outputs.found == 'true'
        uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0
        with:
          name: docket-improve
          path: \${{ runner.temp }}/proposal
          if-no-files-found: error
          retention-days: 7
          overwrite: true

  propose:
    # May write, and so runs nothing of the project.
    needs: plan
    if: needs.plan.outputs.found == 'true'
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions:
      contents: write
      pull-requests: write
    steps:
      - uses: ${checkout}
        with:
          fetch-depth: 0 # to see who worked on the branch
      - uses: actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1
        with:
          name: docket-improve
          path: \${{ runner.temp }}/proposal
      - id: propose
        env:
          GH_TOKEN: \${{ github.token }}
          GH_REPO: \${{ github.repository }}
        run: |
          branch=${branch}
          bot='41898282+github-actions[bot]@users.noreply.github.com'
          proposal="$RUNNER_TEMP/proposal"
          number=$(gh pr list --head "$branch" --base "$GITHUB_REF_NAME" --state open --json number,isCrossRepository --jq 'map(select(.isCrossRepository | not)) | .[0].number // empty')
          before=$(git ls-remote origin "refs/heads/$branch" | cut -f1)
          if [ -n "$number" ] && [ -n "$before" ]; then
            git fetch --quiet origin "refs/heads/$branch"
            if [ -n "$(git log --format=%ae "HEAD..$before" | grep -vxF "$bot")" ]; then
              echo "A person has worked on $branch, so it stays as it is: merge or close pull request $number first." | tee -a "$GITHUB_STEP_SUMMARY"
              exit 0
            fi
          fi
          git switch --quiet --force-create "$branch"
          mkdir -p ${within('reports')} ${within('cases/drafts')}
          cp "$proposal/improvement-plan.md" ${within('reports/improvement-plan.md')}
          find "$proposal/drafts" -maxdepth 1 -type f -regextype posix-extended -regex '.*/[A-Za-z0-9][A-Za-z0-9._-]*\\.json' -exec cp -- {} ${within('cases/drafts/')} ';'
          git add --force ${within('reports/improvement-plan.md')} ${within('cases/drafts')}
          if git diff --cached --quiet HEAD; then exit 0; fi
          if [ -n "$number" ] && [ -n "$before" ] && git diff --cached --quiet "$before" -- ${within('reports')} ${within('cases/drafts')}; then exit 0; fi
          git -c user.name='github-actions[bot]' -c user.email="$bot" commit --quiet -m ${shellWord(title)}
          # Only over what was seen above.
          git push --quiet --force-with-lease="refs/heads/$branch:$before" origin "HEAD:refs/heads/$branch"
          if [ -n "$number" ]; then
            gh pr edit "$number" --body-file "$proposal/body.md"
          else
            gh pr create --head "$branch" --base "$GITHUB_REF_NAME" --title ${shellWord(title)} --body-file "$proposal/body.md"
          fi
`;
}
