import Foundation
import TestKit
import Testing

/// What the caller's environment holds and no step may have: secrets, and what makes programs run other code than their own.
@Suite struct EnvironmentAttackTests {
  private static let accounts: [Bool] = geteuid() == 0 ? [true, false] : [true]

  static let names = [
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AZURE_CLIENT_SECRET", "GCP_SA",
    "GOOGLE_API_KEY",
    "NPM_TOKEN", "GITHUB_TOKEN", "GH_TOKEN", "GITLAB_TOKEN", "CI_JOB_TOKEN", "DATABASE_URL", "KUBECONFIG",
    "DOCKER_HOST",
    "DOCKER_AUTH_CONFIG", "SSH_AUTH_SOCK", "SSH_AGENT_PID", "GPG_AGENT_INFO", "VAULT_TOKEN",
    "LANGCHAIN_API_KEY",
    "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "DISPLAY", "XAUTHORITY", "WAYLAND_DISPLAY", "TMUX", "STY",
    "LC_API_TOKEN", "npm_config__auth", "npm_config__authToken", "npm_config__password",
    "npm_config_//r/:_authToken",
    "NPM_CONFIG_PASSWORD", "RUNDOWN_SECRET_KEY", "RUNDOWN_X_TOKEN", "LD_BIND_NOW_X", "GLIBC_TUNABLES_X",
    "BASH_ENV", "ENV", "PROMPT_COMMAND", "PS0", "PS4", "IFS", "SHELLOPTS", "BASHOPTS", "BASH_XTRACEFD",
    "CDPATH",
    "GLOBIGNORE", "BASH_FUNC_ls%%", "BASH_FUNC_git()", "GIT_DIR", "GIT_WORK_TREE", "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_EXTERNAL_DIFF", "GIT_ASKPASS", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT", "GIT_EXEC_PATH",
    "GIT_PROXY_COMMAND",
    "SSH_ASKPASS", "EDITOR", "VISUAL", "PAGER", "BROWSER", "LESSOPEN", "MANPAGER", "PYTHONPATH",
    "PYTHONSTARTUP",
    "PYTHONHOME", "PYTHONINSPECT", "NODE_OPTIONS", "NODE_PATH", "NODE_EXTRA_CA_CERTS", "PERL5OPT", "PERL5LIB",
    "PERL5DB",
    "RUBYOPT", "RUBYLIB", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "CLASSPATH", "MAVEN_OPTS",
    "GRADLE_OPTS",
    "CARGO_BUILD_RUSTC_WRAPPER", "RUSTC_WRAPPER", "RUSTFLAGS", "CC", "MAKEFLAGS", "PIP_INDEX_URL", "GOPROXY",
    "GOFLAGS",
    "http_proxy", "HTTPS_PROXY", "all_proxy", "NO_PROXY", "SSL_CERT_FILE", "CURL_CA_BUNDLE", "CURL_HOME",
    "WGETRC",
    "HOSTALIASES", "RES_OPTIONS", "LOCALDOMAIN", "GCONV_PATH", "LOCPATH", "NLSPATH", "TERMINFO", "TERMCAP",
    "MAIL",
    "KRB5CCNAME", "OLDPWD",
  ]

  /// Each has a canary of its own, and so has what the loader would read (its names do nothing to this program, which is
  /// linked statically or has them from nowhere).
  @Test(arguments: accounts, ["default: {mode: execute, run: {allow: [\"*\"], deny: []}}\n", ""])
  func noneArrives(_ asSelf: Bool, _ policy: String) throws {
    let project = try TemporaryProject()
    let program = project.top + "/rundown"
    try FileManager.default.copyItem(atPath: Built.rundown, toPath: program)
    if !policy.isEmpty { try project.write(".rundownrc.yaml", policy) }
    try project.write(
      "a.md",
      runbook(
        "env; cat /proc/self/environ /proc/$PPID/environ /proc/1/environ; declare -p; alias; set",
        shell: "bash"))
    var environment = [
      "PATH": "/usr/bin:/bin", "HOME": project.home, "LANG": "C.UTF-8", "CI": "marker-of-ci",
    ]
    for (index, name) in Self.names.enumerated() { environment[name] = "CANARY-\(index)-" }
    if !asSelf { _ = try project.run(["/bin/chown", "-R", "65534:65534", project.top]) }
    let prefix =
      asSelf ? [] : ["/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    let words = prefix + [program, "run", "--verbose", "--allow-run", "env,cat", "a.md"]
    // Through env -i, so that what this test's own process has is not what is looked for.
    let result = try project.run(
      ["/usr/bin/env", "-i"] + environment.map { "\($0.key)=\($0.value)" } + words)
    #expect(result.output.contains("marker-of-ci"), "what is listed arrives: \(result.all)")
    let arrived = Self.names.enumerated().filter { result.all.contains("CANARY-\($0.offset)-") }.map(
      \.element)
    #expect(arrived.isEmpty, "\(result.all.suffix(2000))")
    let found = try project.run(["/bin/grep", "-rla", "CANARY-", project.root + "/.rundown"])
    #expect(found.output == "", "\(found.output)")
  }
}
