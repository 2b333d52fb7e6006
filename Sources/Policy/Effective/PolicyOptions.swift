/// What the command line says about policy.
public struct PolicyOptions: Hashable, Sendable {
  /// Values of `--allow-run`; each may hold several patterns with commas between.
  public var allowRun: [String] = []
  /// Values of `--allow-read`; relative to the working directory.
  public var allowRead: [String] = []
  /// Values of `--allow-write`; relative to the working directory.
  public var allowWrite: [String] = []
  /// Values of `--allow-env`.
  public var allowEnv: [String] = []
  /// Values of `--allow-net`: `host` or `host:port`.
  public var allowNet: [String] = []
  /// `--allow-all`: no policy.
  public var allowAll = false
  /// `--trust`: the project's policy holds for this run without having been confirmed.
  public var trust = false
  /// `--deny-all`: only what the allow lists and the command line name.
  public var denyAll = false
  /// `--yes`: yes to what would be asked.
  public var yes = false
  /// `--non-interactive`, or no terminal to ask at: what would be asked is denied.
  public var nonInteractive = false
  /// The sandbox mode, if an option names it.
  public var sandbox: SandboxMode?
  /// The gate, if an option names it.
  public var gate: GateMode?
  /// The network mode, if an option names it.
  public var network: NetworkMode?

  /// No options.
  public init() {}

  /// The patterns that an option grants for a kind.
  func grants(_ kind: AccessKind) -> [String] {
    let values: [String]
    switch kind {
    case .run: values = allowRun
    case .read: values = allowRead
    case .write: values = allowWrite
    case .env: values = allowEnv
    case .network: values = allowNet
    }
    return values.flatMap(Self.split)
  }

  /// The parts of an option's value between commas that stand outside quotes, brackets and braces.
  public static func split(_ value: String) -> [String] {
    var parts: [String] = []
    var current = ""
    var depth = 0
    var quote: Unicode.Scalar?
    var isEscaped = false
    for scalar in value.unicodeScalars {
      if isEscaped {
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else if let open = quote {
        if scalar == open { quote = nil }
      } else if scalar == "'" || scalar == "\"" {
        quote = scalar
      } else if "{([".unicodeScalars.contains(scalar) {
        depth += 1
      } else if "})]".unicodeScalars.contains(scalar) {
        depth = max(0, depth - 1)
      } else if scalar == ",", depth == 0 {
        parts.append(current)
        current = ""
        continue
      }
      current.unicodeScalars.append(scalar)
    }
    parts.append(current)
    return parts
  }
}
