internal import Linux
internal import Policy
internal import Proxy
internal import Synchronization

/// Policy's answers to the proxy: names and ports by the rules, addresses by the guard.
///
/// Asked from the connections' threads. What a person must be asked about waits at the desk for the thread that drives the
/// run; where nobody can be asked it is refused, with the way to allow it.
final class ProxyAuthority: ConnectAuthority {
  private struct State {
    var evaluator: Evaluator
    var hostFiles: [String: HostFile]
    var notes: [String] = []
    /// What the step at work is given in the place of secrets.
    var placeholders: [SecretPlaceholder] = []
  }
  private let state: Mutex<State>
  /// This machine's own addresses: a public one leads to its services just as 127.0.0.1 does.
  private let own: Set<NetworkAddress>
  /// Where questions are put down; nil when nobody can be asked.
  private let desk: HostDesk?

  init(_ evaluator: Evaluator, own: [NetworkAddress], desk: HostDesk?) {
    let used = evaluator.policy.hostFiles
    let lists = evaluator.policy.context.hostLists.filter { used.contains($0.key) }
    state = Mutex(State(evaluator: evaluator, hostFiles: lists.mapValues(HostFile.init)))
    self.desk = desk
    self.own = Set(own)
  }

  /// Takes the policy as an answer has changed it.
  func update(_ evaluator: Evaluator) {
    state.withLock { state in
      state.evaluator = evaluator
      for name in state.hostFiles.keys { Self.apply(name, &state) }
    }
  }

  /// Takes what the step at work is given in the place of secrets; empty when it has ended.
  func put(_ placeholders: [SecretPlaceholder]) { state.withLock { $0.placeholders = placeholders } }

  /// What happened to lists of hosts since the last look.
  func takeNotes() -> [String] {
    state.withLock { state in
      defer { state.notes = [] }
      return state.notes
    }
  }

  /// The rules, with lists of hosts as their files are now. Looking costs a microsecond for each file.
  private func current() -> Evaluator {
    state.withLock { state in
      for name in state.hostFiles.keys.sorted() {
        guard let news = state.hostFiles[name]?.look() else { continue }
        if state.notes.count < 100 { state.notes.append(news.text) }
        if news.isTaken { Self.apply(name, &state) }
      }
      return state.evaluator
    }
  }

  private static func apply(_ name: String, _ state: inout State) {
    guard let list = state.hostFiles[name]?.list else { return }
    do throws(GlobError) { try state.evaluator.replace(name, by: list) } catch {
      // The reader has tried each pattern; should one fail here, the old rules hold.
    }
  }

  func decide(_ attempt: ConnectAttempt) -> ConnectAnswer {
    let evaluator = current()
    guard let host = HostName.normalized(attempt.host) else {
      return .refuse(ConnectRefusal(.unsupported, reason: "\(attempt.host) is no host name"))
    }
    let literal = AddressGuard.bytes(host).flatMap { NetworkAddress($0) }
    let isLocal = Self.isLocal(host, literal)
    let decision = evaluator.decide(.connect(host: host, port: attempt.port))
    // An address of this machine or its neighbourhood is named by a rule or not at all: nobody is asked.
    let isPublic = !isLocal && literal.map { AddressGuard.isPublic($0.bytes) && !own.contains($0) } != false
    if decision.verdict == .ask, isPublic, let desk,
      desk.ask(HostDesk.Key(host: host, port: attempt.port), why: decision.summary)
    {
      let rule = "\(decision.reason.subject) was allowed by a person"
      if let denial = literal.flatMap({ denial(of: $0, for: attempt, evaluator) }) { return .refuse(denial) }
      if let brokering = brokering(attempt, host, rule, evaluator) { return .broker(brokering) }
      return literal.map { .dial([$0], rule: rule) } ?? .resolve(host, rule: rule)
    }
    guard decision.verdict == .allow else {
      return .refuse(refusal(decision, host, literal, isLocal, attempt.port, evaluator))
    }
    if let brokering = brokering(attempt, host, decision.summary, evaluator) { return .broker(brokering) }
    let isNamed = isNamed(attempt, evaluator)
    if isLocal {
      // Any host, in whatever words, is not this machine: its ports are named one by one.
      guard isNamed || evaluator.policy.localhostPorts.contains(where: { $0.value == attempt.port }) else {
        return .refuse(Self.privateRefusal(decision.reason.subject, host, attempt.port, .local))
      }
      let rule = isNamed ? decision.summary : "\(decision.reason.subject) is allowed by network.localhost"
      return .dial(literal.map { [$0] } ?? [.loopback4, .loopback6], rule: rule)
    }
    guard let literal else { return .resolve(host, rule: decision.summary) }
    if let denial = denial(of: literal, for: attempt, evaluator) { return .refuse(denial) }
    let isOpen =
      AddressGuard.isPublic(literal.bytes) && !own.contains(literal)
      || !Self.isNever(literal)
        && (isNamed || evaluator.policy.allowsPrivateAddress(host: host, port: attempt.port))
    if isOpen { return .dial([literal], rule: decision.summary) }
    let kind: Nearness = own.contains(literal) ? .own : Self.isNever(literal) ? .never : .near
    return .refuse(Self.privateRefusal(decision.reason.subject, host, attempt.port, kind))
  }

  /// Where a plain request goes instead, when the policy says so for exactly this host and port.
  private func brokering(
    _ attempt: ConnectAttempt, _ host: String, _ rule: String, _ evaluator: Evaluator
  ) -> Brokering? {
    guard attempt.way == .http else { return nil }
    let rules = evaluator.policy.brokers.map(\.value).filter { $0.host == host && $0.port == attempt.port }
    guard let first = rules.first else { return nil }
    let given = state.withLock { $0.placeholders }
    let fields = rules.compactMap { rule in
      given.first { $0.secret == rule.secret }.flatMap { given in
        BrokeredField(
          name: rule.header, placeholder: given.text, value: given.value, title: "the secret \(rule.secret)")
      }
    }
    let literal = AddressGuard.bytes(first.upstream).flatMap { NetworkAddress($0) }
    let mask = SecretMask(fields.map(\.value))
    return Brokering(
      addresses: literal.map { [$0] } ?? [.loopback4, .loopback6], port: UInt16(clamping: first.upstreamPort),
      rule: rule, fields: fields, filter: { MaskStream(mask, keepsLength: true) })
  }

  func refusal(of address: NetworkAddress, for attempt: ConnectAttempt) -> ConnectRefusal? {
    if let denial = denial(of: address, for: attempt, state.withLock { $0.evaluator }) { return denial }
    if AddressGuard.isPublic(address.bytes), !own.contains(address) { return nil }
    let target = "\(attempt.host):\(attempt.port)"
    if own.contains(address) || Self.isNever(address) || Self.isLoopback(address) || Self.isLinkLocal(address)
    {
      return ConnectRefusal(
        .blockedPrivateResolved,
        reason: "\(target) is not reached: the name stands for \(address), this machine or its own link")
    }
    let isListed = state.withLock { state in
      state.evaluator.policy.allowsPrivateAddress(host: attempt.host, port: attempt.port)
    }
    if isListed { return nil }
    return ConnectRefusal(
      .blockedPrivateResolved,
      reason: "\(target) is not reached: the name stands for \(address), which is not a public address",
      help: [
        "in the policy:   default.network.private: [\(HostName.normalized(attempt.host) ?? attempt.host)]"
      ])
  }

  /// Whether a deny rule is about the address itself, or about the one that it carries: another name for it is no way around.
  /// A built-in one gives way to a rule that names the host.
  private func denial(
    of address: NetworkAddress, for attempt: ConnectAttempt, _ evaluator: Evaluator
  ) -> ConnectRefusal? {
    let carried = address.isV6 ? Self.embedded(address).flatMap { NetworkAddress($0) } : nil
    for form in [address, carried].compactMap({ $0 }) {
      let decision = evaluator.decide(.connect(host: "\(form)", port: attempt.port))
      guard decision.verdict == .deny, decision.reason.cause == .denyRule else { continue }
      if case .riskyHosts = decision.reason.rule?.origin, isNamed(attempt, evaluator) { continue }
      return ConnectRefusal(
        .blocked, reason: "\(attempt.host):\(attempt.port) is not reached: \(decision.summary)",
        help: decision.helpLines)
    }
    return nil
  }

  private func isNamed(_ attempt: ConnectAttempt, _ evaluator: Evaluator) -> Bool {
    guard let host = HostName.normalized(attempt.host) else { return false }
    return evaluator.policy.references(.network).contains { rule in
      !rule.list.hasSuffix("deny") && Self.names(rule.text, host, attempt.port)
    }
  }

  // MARK: refusals

  private func refusal(
    _ decision: Decision, _ host: String, _ literal: NetworkAddress?, _ isLocal: Bool, _ port: Int,
    _ evaluator: Evaluator
  ) -> ConnectRefusal {
    let status: ConnectionStatus
    switch decision.reason.cause {
    case .unlisted where isLocal || literal.map({ !AddressGuard.isPublic($0.bytes) }) == true:
      status = .blockedPrivate
    case .unlisted:
      let isListed = evaluator.policy.ports.contains { other in
        other.value != port && evaluator.decide(.connect(host: host, port: other.value)).verdict == .allow
      }
      status = isListed ? .blockedPort : .blockedAllowlist
    case .allowAll, .flag, .sessionDenial, .sessionGrant, .denyRule, .possibleDenyRule, .protected,
      .allowRule,
      .dangerousVariable, .networkMode:
      status = .blocked
    }
    var reason = decision.summary
    if decision.verdict == .ask { reason += desk == nil ? "; nobody can be asked" : "; it was not allowed" }
    // No rule opens what is no address at all, so none is offered.
    var help = literal.map(Self.isNever) == true ? [] : decision.helpLines
    if isLocal { help.append("or in the policy:   default.network.localhost: [\(port)]") }
    return ConnectRefusal(status, reason: reason, help: help)
  }

  /// How an address that is not public is related to this machine.
  private enum Nearness {
    /// Its loopback.
    case local
    /// Another address of its own.
    case own
    /// In a network that is not public.
    case near
    /// No rule opens it.
    case never

    var text: String {
      switch self {
      case .local, .own: "it is this machine"
      case .near, .never: "it is no public address"
      }
    }
  }

  private static func privateRefusal(
    _ subject: String, _ host: String, _ port: Int, _ kind: Nearness
  ) -> ConnectRefusal {
    let name = host.contains(":") ? "[\(host)]" : host
    let help =
      kind == .never
      ? []
      : [
        "name it for this run:   --allow-net \(name):\(port)",
        kind == .local
          ? "or in the policy:   default.network.localhost: [\(port)]"
          : "or in the policy:   default.network.private: [\"\(name)\"]",
      ]
    return ConnectRefusal(.blockedPrivate, reason: "\(subject) is not reached: \(kind.text)", help: help)
  }

  // MARK: kinds of address

  private static func isLocal(_ host: String, _ literal: NetworkAddress?) -> Bool {
    host == "localhost" || host.hasSuffix(".localhost") || literal.map(isLoopback) == true
  }

  /// 127/8, ::1, and 127/8 inside of IPv6.
  static func isLoopback(_ address: NetworkAddress) -> Bool {
    if !address.isV6 { return address.bytes[0] == 127 }
    return address == .loopback6 || embedded(address).map { $0[0] == 127 } == true
  }

  private static func isLinkLocal(_ address: NetworkAddress) -> Bool {
    if let four = address.isV6 ? embedded(address) : address.bytes { return four[0] == 169 && four[1] == 254 }
    return address.bytes[0] == 0xFE && address.bytes[1] & 0xC0 == 0x80
  }

  /// What no rule can mean: no address at all, and groups.
  private static func isNever(_ address: NetworkAddress) -> Bool {
    if let four = address.isV6 ? embedded(address) : address.bytes { return four[0] == 0 || four[0] >= 224 }
    return address.bytes[0] == 0xFF
  }

  /// The IPv4 address that an IPv6 address of the forms ::/96, ::ffff:0:0/96, 64:ff9b::/96 or 2002::/16 carries.
  private static func embedded(_ address: NetworkAddress) -> [UInt8]? {
    let b = address.bytes
    if b[..<10].allSatisfy({ $0 == 0 }), b[10] == b[11], b[10] == 0 || b[10] == 0xFF, address != .loopback6 {
      return Array(b[12...])
    }
    if b[..<12].elementsEqual([0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]) { return Array(b[12...]) }
    return b[0] == 0x20 && b[1] == 0x02 ? Array(b[2..<6]) : nil
  }

  /// Whether a rule is this very host, alone or with this port, and no pattern.
  private static func names(_ rule: String, _ host: String, _ port: Int) -> Bool {
    func isHost(_ text: String) -> Bool {
      guard let name = HostName.normalized(text) else { return false }
      return name == host || name == "localhost" && host.hasSuffix(".localhost")
    }
    if isHost(rule) { return true }
    guard let colon = rule.lastIndex(of: ":"), isHost(String(rule[..<colon])) else { return false }
    let named = rule[colon...].dropFirst()
    return named == "*" || Int(named) == port
  }
}
