internal import Linux
internal import Policy
internal import Sandbox
internal import SourceText
internal import Supervisor

/// Telling which files the sandbox refused (`--explain-denials`).
extension RunSession {
  /// Tells of a refused file when the sandbox is why; the machine's own permissions are not ours to explain.
  func tell(_ refusal: FileRefusal, _ step: LiveStep) {
    guard settings.explainsDenials, let profile = launcher?.launcher.profile,
      SandboxDenial.isOurs(refusal, profile)
    else { return }
    var evaluator = evaluator
    evaluator.deniesUnlisted = true
    let request: AccessRequest = refusal.isChange ? .write(path: refusal.path) : .read(path: refusal.path)
    let decision = evaluator.decide(request)
    tell(
      .fileDenied(
        FileDenial(
          path: refusal.path, access: refusal.isChange ? "write" : "read", chain: refusal.chain,
          reason: decision.verdict == .allow ? "the sandbox does not open it" : decision.summary,
          place: step.source, help: decision.helpLines,
          pattern: decision.reason.cause == .unlisted ? evaluator.policy.pattern(naming: request) : nil)))
  }

  /// Offers to look closer when a step may have failed for a file, or for a host, that it was refused. What it printed is
  /// all there is to go by, so nothing is said to be so.
  func offerExplanation(_ outcome: Outcome, _ work: StepAtWork) {
    guard case .exited(let code) = outcome.ending, code != 0, ProfileCompiler.isConfined(evaluator.policy)
    else {
      return
    }
    let output = String(decoding: work.printed.bytes.suffix(1 << 16), as: UTF8.self)
    let fileSigns = [
      "Permission denied", "Read-only file system", "Operation not permitted", "EACCES", "EROFS",
    ]
    if !settings.explainsDenials, work.live != nil, fileSigns.contains(where: { output.contains($0) }) {
      tell(
        .warning(
          "step \(work.place.unit) may have failed because the sandbox refused a file",
          help: "run it again with --explain-denials to see which files are refused, and by which rule"))
    }
    if Self.networkSigns.contains(where: { output.contains($0) }), let (why, help) = networkHint {
      tell(.warning("step \(work.place.unit) may have failed because \(why)", help: help))
    }
  }

  /// What programs say that find no name and no way.
  private static let networkSigns = [
    "ould not resolve host", "nable to resolve host", "emporary failure in name resolution",
    "ame or service not known", "getaddrinfo", "EAI_AGAIN", "ENOTFOUND", "UnknownHostException",
    "no such host",
    "etwork is unreachable", "ENETUNREACH",
  ]

  private var networkHint: (why: String, help: String)? {
    switch evaluator.policy.network.value {
    case .open: nil
    case .deny:
      (
        "it has no network (network mode deny, \(evaluator.policy.network.origin.text))",
        "allow a host for this run:   --allow-net HOST\nor in the policy:   default.network: {mode: proxied, allow: [HOST]}"
      )
    case .proxied:
      (
        "a program does not use the proxy of its network, and nothing else leads out",
        "let it use http_proxy, https_proxy or all_proxy; programs that know no proxy reach nothing (Docs/network.md)"
      )
    }
  }
}

/// Whether the sandbox is why a call on a file failed.
enum SandboxDenial {
  static func isOurs(_ refusal: FileRefusal, _ profile: SandboxProfile) -> Bool {
    let (path, isChange) = (refusal.path, refusal.isChange)
    func lies(_ folders: [String]) -> Bool {
      folders.contains { PathText.isInside(path, $0) }
    }
    let isMasked = lies(profile.denyRead) || (isChange && lies(profile.denyWrite))
    switch refusal.errno {
    // A file that is hidden or protected is a mount of its own, and so are the folders above a protected one: it cannot be
    // renamed, replaced or linked (EBUSY, EXDEV).
    case .deviceBusy:
      return isMasked || profile.denyWrite.contains { PathText.isBelow($0, path) }
    case _ where refusal.isSource: return isMasked
    default: break
    }
    // What lies in the run's own /tmp lies nowhere on the machine.
    let isOwn =
      profile.privateTemporary != nil && lies(["/tmp", "/var/tmp"])
      && !FileSystem.exists(FileSystem.parent(of: path))
    let isOpen =
      lies(profile.writable) || (!isChange && lies(profile.readable)) || lies(["/proc", "/dev"]) || isOwn
    guard isMasked || !isOpen else { return false }
    guard refusal.errno == .noSuchFile else { return true }
    // A hidden folder is shown empty: what is there for us and not for the step is hidden from it.
    return lies(profile.hidden + ["/run"]) && FileSystem.exists(path)
  }
}
