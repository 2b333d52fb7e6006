public import SourceText

/// What is done about conduct that is not forbidden by itself and looks like an attack.
public enum WatchAction: String, Hashable, Sendable, CaseIterable {
  /// It is not looked for.
  case off
  /// It is told.
  case warn
  /// The step is held until a person says whether it goes on; ended where nobody can be asked.
  case pause
  /// The step is ended.
  case kill
}

/// What of a step's conduct is watched.
public enum WatchKind: String, Hashable, Sendable, CaseIterable {
  /// A shell that reads from a network connection.
  case reverseShell
  /// Files that a `read.deny` rule names, asked for again and again.
  case secretReads
  /// Bytes that are sent to one host.
  case upload
  /// Programs that are started, and processes that are alive.
  case processes

  /// What it is called, for people.
  public var title: String {
    switch self {
    case .reverseShell: "a shell on a network connection"
    case .secretReads: "many reads of denied files"
    case .upload: "a large upload to one host"
    case .processes: "a storm of processes"
    }
  }
}

/// When something that is watched counts, and what is done then.
public struct WatchRule: Hashable, Sendable {
  /// What is done.
  public var action: WatchAction
  /// How many, or how many bytes, are too many.
  public var limit: Int
  /// Within which time; for uploads, of the whole step.
  public var within: Duration

  /// A rule.
  public init(_ action: WatchAction, limit: Int = 1, within: Duration = .seconds(10)) {
    (self.action, self.limit, self.within) = (action, limit, within)
  }

  /// The rules that agents have unless a document says otherwise; other steps have none.
  static let ofAgents: [WatchKind: WatchRule] = [
    .reverseShell: WatchRule(.kill), .secretReads: WatchRule(.pause, limit: 10),
    .upload: WatchRule(.warn, limit: 100 << 20), .processes: WatchRule(.warn, limit: 1000),
  ]
}

/// What a document says of one thing that is watched: what it leaves out stays as it is.
public struct WatchEntry: Hashable, Sendable {
  /// The action.
  public var action: WatchAction?
  /// The limit.
  public var limit: Int?
  /// The time.
  public var within: Duration?
  /// Where it stands.
  public var span: SourceSpan
}
