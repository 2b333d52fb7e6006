public import SourceText

/// A secret that no step has: a step gets a placeholder, and the network's proxy puts the value in its place, in one header
/// of plain HTTP requests for one host, on their way to a server that the policy names.
public struct BrokerRule: Hashable, Sendable {
  /// The secret's name, and the variable's.
  public var secret: String
  /// The host that a step names in its requests, in its one form.
  public var host: String
  /// The port that it names.
  public var port: Int
  /// The header, as the policy writes it.
  public var header: String
  /// Where the requests go instead: `localhost`, or a loopback or private address in its one form.
  public var upstream: String
  /// The port there.
  public var upstreamPort: Int

  /// `http://host:port`, as a step writes it.
  public var url: String { Self.url(host, port) }
  /// The same of the upstream.
  public var upstreamURL: String { Self.url(upstream, upstreamPort) }

  /// The rule in a few words, for people.
  public var text: String { "\(secret) in \(header) of \(url), sent to \(upstreamURL)" }

  static func url(_ host: String, _ port: Int) -> String {
    "http://\(host.contains(":") ? "[\(host)]" : host)\(port == 80 ? "" : ":\(port)")"
  }
}

/// An entry of `network.broker` where a document has it.
public struct BrokerEntry: Hashable, Sendable {
  /// What it says.
  public var rule: BrokerRule
  /// Where it stands.
  public var span: SourceSpan
}

extension EffectivePolicy {
  /// The rules by which a secret is put into requests; empty: a step that declares it gets its value.
  public func brokers(of secret: String) -> [BrokerRule] {
    brokers.map(\.value).filter { $0.secret == secret }
  }
}
