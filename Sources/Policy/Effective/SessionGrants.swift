/// Answers of a person that hold until the run ends. They live in memory alone.
public struct SessionGrants: Hashable, Sendable {
  /// Operations that were allowed; an argument that was unknown then stands for any.
  public private(set) var allowed: [AccessRequest] = []
  /// Kinds of which everything that would be asked is allowed. It lifts no deny rule.
  public private(set) var allowedKinds: Set<AccessKind> = []
  /// Kinds of which everything is denied.
  public private(set) var deniedKinds: Set<AccessKind> = []

  /// No answers yet.
  public init() {}

  /// "Allow for this session": this operation, and no other.
  public mutating func allow(_ request: AccessRequest) {
    if !allowed.contains(request) { allowed.append(request) }
  }

  /// "Allow all of this type for this session".
  public mutating func allowAll(_ kind: AccessKind) {
    deniedKinds.remove(kind)
    allowedKinds.insert(kind)
  }

  /// "Deny all of this type for this session"; it takes back what was allowed.
  public mutating func denyAll(_ kind: AccessKind) {
    allowedKinds.remove(kind)
    deniedKinds.insert(kind)
    allowed.removeAll { $0.kind == kind }
  }

  /// Forgets all answers.
  public mutating func reset() { self = SessionGrants() }

  /// Whether an allowed operation is this one.
  func covers(_ request: AccessRequest) -> Bool {
    allowed.contains { grant in
      guard case .execute(let given) = grant, case .execute(let wanted) = request else {
        return grant == request
      }
      guard case .literal = given.program, given.program == wanted.program,
        given.resolvedPath == nil || wanted.resolvedPath == nil || given.resolvedPath == wanted.resolvedPath,
        given.content == nil || given.content == wanted.content
      else { return given == wanted }
      return Self.covers(given.arguments, wanted.arguments)
    }
  }

  private static func covers(_ given: [Argument], _ wanted: [Argument]) -> Bool {
    // reach[g]: whether the given words from `g` on can stand for the wanted ones from the current one on.
    var reach = [Bool](repeating: false, count: given.count + 1)
    reach[given.count] = true
    for g in given.indices.reversed() { reach[g] = reach[g + 1] && given[g] == .anyNumber }
    for word in wanted.reversed() {
      var next = [Bool](repeating: false, count: given.count + 1)
      for g in given.indices.reversed() {
        switch given[g] {
        case .literal: next[g] = given[g] == word && reach[g + 1]
        case .unknown: next[g] = word != .anyNumber && reach[g + 1]
        case .anyNumber: next[g] = reach[g] || next[g + 1]
        }
      }
      reach = next
    }
    return reach[0]
  }
}

extension AccessRequest {
  /// What kind of operation it is.
  public var kind: AccessKind {
    switch self {
    case .execute: .run
    case .read: .read
    case .write: .write
    case .environment: .env
    case .connect: .network
    }
  }
}
