public import Linux

/// A file that is about to be executed, or the interpreter of one.
public struct ExecFile: Sendable, Equatable {
  /// Its path as the step sees it, without symbolic links.
  public let path: String
  /// What makes it this file and no other, whatever its name.
  public let info: FileInfo

  /// Whether no name leads to it: made in memory, or removed.
  public var isNameless: Bool { info.links == 0 }
}

/// A file that is kept open while its start waits, so that what is read is the file that was found.
public final class HeldFile: Sendable {
  /// The file, open for its path only.
  public let place: FileDescriptor

  init(_ place: consuming FileDescriptor) { self.place = place }
}

/// One program start that a step wants.
public struct ExecAttempt: Sendable {
  /// The kernel's number of the call.
  public let call: UInt64
  /// The process that asks, as this process sees it.
  public let process: Int32
  /// The path as it was given; empty when the file was given by descriptor.
  public let path: String
  /// The file that the path means.
  public let file: ExecFile
  /// The argument vector, the program's own name first, each word with a NUL behind it.
  public let given: [UInt8]
  /// The environment, each entry with a NUL behind it.
  public let environment: [UInt8]
  /// The interpreters of a script, in the order in which they are named; empty for a program.
  public let interpreters: [ExecFile]
  /// The programs that lead to it, the step's own shell first.
  public let chain: [String]
  /// Whether who asks has lost its parents, so that nothing is known of its origin.
  public let isDetached: Bool

  /// The argument vector, the program's own name first.
  public var words: [String] {
    given.split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  /// What the same question is recognised by: the file, the words and the origin.
  public var key: ExecKey {
    ExecKey(
      device: file.info.device, inode: file.info.inode, changed: file.info.changed, path: path, given: given,
      chain: chain)
  }
}

/// What the same question is recognised by.
public struct ExecKey: Hashable, Sendable {
  let device: UInt64
  let inode: UInt64
  let changed: Int64
  let path: String
  let given: [UInt8]
  let chain: [String]

  /// The same question about the file whatever its last change was.
  public var withoutTime: ExecKey {
    ExecKey(device: device, inode: inode, changed: 0, path: path, given: given, chain: chain)
  }
}

/// What becomes of a program start.
public enum ExecAnswer: Sendable, Equatable {
  /// It runs; what it starts in turn is asked about or not. `isExact`: only if nothing about the file has changed since it
  /// was looked at; for files that the step could write. `content`: only if `ExecAuthority.content` still finds this.
  case allow(asksOn: Bool, isExact: Bool = false, content: String? = nil)
  /// It ends with EPERM.
  case refuse
  /// Somebody is asked; the caller waits until `ExecGate.reconsider`.
  case wait
}

/// What went wrong between an answer and the program's first instruction.
public enum ExecIncident: Sendable, Equatable {
  /// Another file or other words than those that were approved; it was killed.
  case replaced(what: String)
  /// What was asked for could not be read, so it was refused.
  case unreadable(String)
  /// What runs cannot be compared with what was approved, because the kernel does not let us hold programs.
  case unverified(String)
}

/// A call that named a file and was refused by the kernel.
public struct FileRefusal: Sendable, Equatable {
  /// The path as the step sees it, without symbolic links but for its last part.
  public let path: String
  /// Whether the file was to be changed, made or removed; else to be read.
  public let isChange: Bool
  /// Whether the file was to be renamed or linked: the place that it was to have is told of apart.
  public let isSource: Bool
  /// What the kernel answered.
  public let errno: Errno
  /// The programs that lead to the caller, the step's own shell first.
  public let chain: [String]
}

/// A call that no step may make, and that was refused.
public struct CallRefusal: Sendable, Equatable {
  /// Its name.
  public let name: String
  /// What it was answered.
  public let errno: Errno
  /// The programs that lead to the caller, the step's own shell first.
  public let chain: [String]
}

/// Who decides on program starts. Called from the gate's thread.
public protocol ExecAuthority: AnyObject, Sendable {
  /// Whether everything is asked about, also what approved programs start.
  var asksAll: Bool { get }
  /// Whether a program that cannot be verified may run.
  var allowsUnverified: Bool { get }
  /// The step's own program is about to start, in this process.
  func began(_ process: Int32)
  /// The decision. A waiting attempt is asked about again after `ExecGate.reconsider`, and at least each 200 ms.
  /// `files`: the program and its interpreters, in order.
  func decide(_ attempt: ExecAttempt, _ files: [HeldFile]) -> ExecAnswer
  /// A digest of what those of the files hold that the step could write; nil when one of them cannot be read.
  func content(_ attempt: ExecAttempt, _ files: [HeldFile]) -> String?
  /// Who waits for an answer has gone.
  func withdraw(_ attempt: ExecAttempt)
  /// Whether calls that name files are to be seen, too, so that refused ones can be told.
  var seesFiles: Bool { get }
  /// The kernel refused a call that named a file, or found none.
  func note(_ refusal: FileRefusal)
  /// A call that no step may make was refused. One that a process repeats is told once.
  func note(_ refusal: CallRefusal)
  /// Something went wrong about an attempt; `nil`: about one that could not be read.
  func note(_ incident: ExecIncident, _ attempt: ExecAttempt?)
}

extension ExecAuthority {
  /// Programs alone.
  public var seesFiles: Bool { false }
  /// Nobody wants to know.
  public func note(_ refusal: FileRefusal) {}
  /// Nobody wants to know.
  public func note(_ refusal: CallRefusal) {}

  /// Nobody remembers answers.
  public func content(_ attempt: ExecAttempt, _ files: [HeldFile]) -> String? { nil }

  /// Most need not know.
  public func began(_ process: Int32) {}
}
