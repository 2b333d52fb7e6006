/// What `rundown ci init` writes: a job that checks and runs a runbook where nobody can be asked. Docs/ci.md shows each.
enum CITemplate: String, CaseIterable {
  case github
  case gitlab
  case shell

  /// Where it belongs in a project.
  var path: String {
    switch self {
    case .github: ".github/workflows/rundown.yml"
    case .gitlab: ".gitlab/ci/rundown.yml"
    case .shell: "ci/rundown.sh"
    }
  }

  /// What is left to do.
  var next: String {
    switch self {
    case .github: "set the repository's variables RUNDOWN_URL and RUNDOWN_SHA256"
    case .gitlab: "include it in .gitlab-ci.yml, and set the variables RUNDOWN_URL and RUNDOWN_SHA256"
    case .shell: "call it in your CI; it takes rundown from PATH, or from RUNDOWN"
    }
  }

  /// The text for one runbook, whose path is safe in a shell without quotes.
  func text(_ runbook: String) -> String {
    switch self {
    case .github: Self.github(runbook)
    case .gitlab: Self.gitlab(runbook)
    case .shell: Self.shell(runbook)
    }
  }

  private static func github(_ runbook: String) -> String {
    """
    # Made by `rundown ci init github`. Findings are annotations, the report is the job's summary.
    name: runbook
    on: [push, pull_request]
    permissions:
      contents: read
    jobs:
      runbook:
        runs-on: ubuntu-24.04
        timeout-minutes: 30
        steps:
          - uses: actions/checkout@v4
            with:
              persist-credentials: false
          - name: Install rundown
            env:
              RUNDOWN_URL: ${{ vars.RUNDOWN_URL }}
              RUNDOWN_SHA256: ${{ vars.RUNDOWN_SHA256 }}
            run: |
              curl -fsSL -o "$RUNNER_TEMP/rundown" "$RUNDOWN_URL"
              echo "$RUNDOWN_SHA256  $RUNNER_TEMP/rundown" | sha256sum -c -
              chmod 755 "$RUNNER_TEMP/rundown"
              echo "$RUNNER_TEMP" >> "$GITHUB_PATH"
          - name: Let the sandbox make user namespaces
            run: sudo sysctl -q -w kernel.apparmor_restrict_unprivileged_userns=0
          - name: Check
            run: |
              rundown policy check
              rundown check \(runbook)
          - name: Run
            run: rundown run --non-interactive --sandbox-strict --report junit=rundown.xml \(runbook)
          - uses: actions/upload-artifact@v4
            if: always()
            with:
              name: rundown
              path: rundown.xml

    """
  }

  private static func gitlab(_ runbook: String) -> String {
    """
    # Made by `rundown ci init gitlab`. In .gitlab-ci.yml: include: [{ local: .gitlab/ci/rundown.yml }]
    runbook:
      image: debian:12
      timeout: 30m
      before_script:
        - apt-get update -q && apt-get install -y -q --no-install-recommends ca-certificates curl git
        - curl -fsSL -o /usr/local/bin/rundown "$RUNDOWN_URL"
        - echo "$RUNDOWN_SHA256  /usr/local/bin/rundown" | sha256sum -c -
        - chmod 755 /usr/local/bin/rundown
      script:
        - rundown doctor || true
        - rundown policy check
        - rundown check \(runbook)
        - rundown run --non-interactive --report junit=rundown.xml \(runbook)
      artifacts:
        when: always
        reports:
          junit: rundown.xml

    """
  }

  private static func shell(_ runbook: String) -> String {
    """
    #!/bin/sh
    # Made by `rundown ci init shell`. Checks and runs a runbook where nobody can be asked.
    #   0 completed, 1 a step failed, 69 the sandbox is not to be had, 75 a person must decide, 77 the policy refused
    set -eu
    cd "$(dirname "$0")/.."
    rundown=${RUNDOWN:-rundown}
    "$rundown" policy check
    "$rundown" check \(runbook)
    exec "$rundown" run --non-interactive --sandbox-strict --report junit=rundown.xml --report markdown=rundown.md \\
      \(runbook)

    """
  }
}
