internal import JSON
internal import Linux
internal import Policy
internal import Runbook

/// The environment of a step: what policy lets through, then what rundown sets itself.
struct StepEnvironment {
  /// What is the same for every step.
  private let base: [String: String]
  private let workPath: String

  /// The environment of a run's steps; `temporary`: where they find the run's own folder for temporary files;
  /// `proxyPort`: where they find the network proxy.
  init(
    policy: EffectivePolicy, session: SessionGrants, parent: Environment, resolver: ProgramResolver,
    temporary: String?, proxyPort: UInt16? = nil
  ) {
    var result: [String: String] = [:]
    let given = parent.variables.map { (name: $0.key, value: $0.value) }
    if policy.options.allowAll, !policy.options.denyAll {
      result = parent.variables
    } else {
      for (name, value) in policy.environment(from: given, session: session) { result[name] = value }
    }
    // The names of rules are bound through this very PATH, whoever may read the variable.
    result["PATH"] = resolver.path
    // It opens all secrets; no rule gives it away.
    result["RUNDOWN_SECRET_KEY"] = nil
    if let temporary {
      result["TMPDIR"] = temporary
      // Where the machine keeps its temporary files is no place for a step, by these names neither.
      for name in ["TMP", "TEMP"] where result[name] != nil { result[name] = temporary }
    }
    if let proxyPort {
      for (name, value) in Self.proxyVariables(proxyPort) { result[name] = value }
      result["JAVA_TOOL_OPTIONS", default: ""] += Self.javaOptions(proxyPort)
    }
    if !Self.isUTF8(result) { result["LC_ALL"] = "C.UTF-8" }
    base = result
    workPath = policy.context.repo
  }

  /// The variables of one execution.
  func variables(run: String, runbook: String, unit: String, attempt: Int, values: [String: JSONValue])
    -> [String: String]
  {
    var result = base
    result["RD_RUN_ID"] = run
    result["RD_RUNBOOK_REF"] = runbook
    result["RD_RUNBOOK_SOURCE"] = "file"
    result["RD_WORK_PATH"] = workPath
    result["RD_CONTEXT_ID"] = run
    result["RD_STEP"] = unit
    result["RD_ATTEMPT"] = String(attempt)
    for (name, value) in values where Identifier.isValid(name) {
      let text = value.templateText
      // The kernel takes no NUL and no longer text than this in an environment.
      if !text.utf8.contains(0), text.utf8.count < 120_000 { result["RD_VAR_\(name)"] = text }
    }
    return result
  }

  /// What programs know the proxy by, in both spellings, and what those are told by that have a name of their own for it.
  /// The step's own loopback is reached without it.
  private static func proxyVariables(_ port: UInt16) -> [(String, String)] {
    let url = "http://127.0.0.1:\(port)"
    let own = "localhost,127.0.0.1,::1,[::1]"
    let variables = [("http_proxy", url), ("https_proxy", url), ("all_proxy", url), ("no_proxy", own)]
    return variables + variables.map { ($0.0.uppercased(), $0.1) } + [
      // Node looks at those above only when it is told to.
      ("NODE_USE_ENV_PROXY", "1"), ("npm_config_proxy", url), ("npm_config_https_proxy", url),
      ("npm_config_noproxy", own), ("YARN_HTTP_PROXY", url), ("YARN_HTTPS_PROXY", url),
      ("CARGO_HTTP_PROXY", url),
    ]
  }

  /// Java knows no variable but the one that it takes options from; they come behind what the policy lets through.
  private static func javaOptions(_ port: UInt16) -> String {
    ["http", "https"].map { " -D\($0).proxyHost=127.0.0.1 -D\($0).proxyPort=\(port)" }.joined()
  }

  /// A text is judged as UTF-8, so the shell must not read its bytes as another charset.
  private static func isUTF8(_ variables: [String: String]) -> Bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { variables[$0] }.first { !$0.isEmpty } ?? ""
    return locale.uppercased().hasSuffix("UTF-8") || locale.uppercased().hasSuffix("UTF8")
  }
}
