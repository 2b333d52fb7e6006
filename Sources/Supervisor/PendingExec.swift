internal import Linux
internal import SourceText

/// A program start that was read and may be waiting for its answer.
struct PendingExec {
  let notice: ExecNotice
  /// The number of the process that no other has.
  let number: UInt64
  let origin: ProcessOrigins.Origin
  let attempt: ExecAttempt
  /// Whether the kernel can execute the file: a program, or a script with an interpreter.
  let isProgram: Bool
  /// The program and its interpreters, in order.
  let files: [HeldFile]
  /// What the kernel will execute: the file itself, or the last interpreter of a script.
  private let image: FileInfo
  /// The argument vector that it will get, each word with a NUL behind it, and the environment likewise.
  private let given: [UInt8]
  private let wordCount: Int
  private let variableCount: Int

  /// Why a start could not be read.
  struct Failure: Error {
    /// What the caller gets.
    var errno: Errno
    /// What the person is told; `nil` for what the kernel would have answered itself.
    var incident: String?
  }

  private static let chainLimit = 12
  /// The kernel follows as many scripts that interpret each other.
  private static let interpreterLimit = 5

  /// Reads all that the caller wants. Whether the caller still waited must be asked afterwards.
  init(
    _ notice: ExecNotice, process: Int32, number: UInt64, origin: ProcessOrigins.Origin,
    _ reader: inout CallReader
  ) throws(Failure) {
    self.number = number
    self.notice = notice
    self.origin = origin
    reader.memory.begin(notice)
    let path = try Self.reading { () throws(Errno) in try notice.path(in: reader.memory) }
    var held = [try Self.open(notice, path, reader)]
    let file = try Self.file(held[0])
    guard file.info.kind == .regular, file.info.permissions & 0o111 != 0 else {
      throw Failure(errno: .permissionDenied)
    }
    let (given, count) = try Self.reading { () throws(Errno) in try notice.words(in: reader.memory) }
    // The kernel would make up a name.
    guard count > 0 else { throw Failure(errno: .invalidArgument, incident: "\(path) without any argument") }
    let (environment, variables) = try Self.reading { () throws(Errno) in
      try notice.environment(in: reader.memory)
    }

    var expected = given
    var expectedCount = count
    var interpreters: [ExecFile] = []
    var name = Self.kernelName(notice, path)
    var head = reader.heads.head(of: held[0].place, file.info)
    while let interpreter = Interpreter(head) {
      guard interpreters.count < Self.interpreterLimit else { throw Failure(errno: .tooManyLinks) }
      guard PathText.isAbsolute(interpreter.path) else {
        throw Failure(
          errno: .permissionDenied, incident: "\(path): its interpreter is not named by a whole path")
      }
      let place = try Self.open(notice, interpreter.path, reader)
      let file = try Self.file(place)
      held.append(place)
      interpreters.append(file)
      let rest = expected.firstIndex(of: 0).map { expected[($0 + 1)...] } ?? []
      let words = [interpreter.path] + (interpreter.argument.map { [$0] } ?? []) + [name]
      expected = words.flatMap { FileName.bytes($0) + [0] } + rest
      expectedCount += words.count - 1
      name = interpreter.path
      head = reader.heads.head(of: place.place, file.info)
    }
    files = held
    isProgram = !interpreters.isEmpty || head.starts(with: [0x7F, 0x45, 0x4C, 0x46]) || head.isEmpty
    image = interpreters.last?.info ?? file.info
    self.given = expected + environment
    wordCount = expectedCount
    variableCount = variables
    let shown = path.isEmpty || path.hasPrefix("/dev/fd/") || path.hasPrefix("/proc/") ? file.path : path
    var chain = origin.chain
    if chain.count >= Self.chainLimit { chain.remove(at: 1) }
    chain.append(PathText.base(shown))
    attempt = ExecAttempt(
      call: notice.id, process: process, path: path, file: file,
      given: given, environment: environment,
      interpreters: interpreters, chain: chain, isDetached: origin.isDetached)
  }

  // MARK: reading

  private static func reading<Value>(_ body: () throws(Errno) -> Value) throws(Failure) -> Value {
    do throws(Errno) { return try body() } catch {
      // EPERM: the caller hides its memory. What cannot be read is not approved.
      throw Failure(errno: error, incident: error == .notPermitted ? "a program that hides its memory" : nil)
    }
  }

  private static func open(
    _ notice: ExecNotice, _ path: String, _ reader: borrowing CallReader
  ) throws(Failure) -> HeldFile {
    do throws(Errno) { return HeldFile(try notice.open(path, root: reader.root.rawValue)) } catch {
      throw Failure(
        errno: error, incident: error == .permissionDenied ? "\(path): its place is not followed" : nil)
    }
  }

  private static func file(_ held: HeldFile) throws(Failure) -> ExecFile {
    do throws(Errno) { return ExecFile(path: try held.place.path(), info: try held.place.info()) } catch {
      throw Failure(errno: error)
    }
  }

  /// The name that the kernel hands to an interpreter.
  private static func kernelName(_ notice: ExecNotice, _ path: String) -> String {
    guard let directory = notice.directory, !PathText.isAbsolute(path) else { return path }
    return path.isEmpty ? "/dev/fd/\(directory)" : "/dev/fd/\(directory)/\(path)"
  }

  // MARK: comparing

  /// What is different between what was approved and what a held process is about to run; `nil`: nothing.
  func difference(
    from process: Int32, isExact: Bool, _ reader: borrowing CallReader
  ) -> String? {
    do throws(Errno) {
      let found = try ProcessStatus.image(of: process)
      guard found.isSameFile(as: image) else { return "another file" }
      // Nobody but root can set the time of a file's last change.
      guard !isExact || found.changed == image.changed else { return "a file that was changed meanwhile" }
      if !attempt.interpreters.isEmpty, PathText.isAbsolute(attempt.path) {
        let script = try notice.open(attempt.path, root: reader.root.rawValue).info()
        guard script.isSameFile(as: attempt.file.info),
          !isExact || script.changed == attempt.file.info.changed
        else {
          return "another script"
        }
      }
    } catch { return "a file that cannot be looked at (\(error))" }
    do throws(Errno) {
      let found = try Tracing.given(
        process, words: wordCount, variables: variableCount, size: given.count)
      return found == given ? nil : "other arguments or another environment"
    } catch .notExecutable {
      return "a program for another kind of processor"
    } catch .invalidArgument {
      return "other arguments or another environment"
    } catch { return "arguments that cannot be looked at" }
  }
}

/// What a gate reads calls with.
struct CallReader: ~Copyable {
  let memory: ProcessMemory
  let last = LastProcess()
  /// The root of all that is behind the gate, where none of it can have another one; else -1.
  var root = FileDescriptor(owning: -1)
  var heads = FileHeads()

  init() throws(Errno) { memory = try ProcessMemory() }
}

/// The beginnings of files, read once as long as they are not changed.
struct FileHeads {
  private struct Key: Hashable {
    let device: UInt64
    let inode: UInt64
    let size: Int64
    let modified: Int64
    let changed: Int64
  }
  private var known: [Key: [UInt8]] = [:]
  private static let limit = 4096

  /// The beginning of a file; empty when it may be executed but not read.
  mutating func head(of place: borrowing FileDescriptor, _ info: FileInfo) -> [UInt8] {
    let key = Key(
      device: info.device, inode: info.inode, size: info.size, modified: info.modified, changed: info.changed)
    if let head = known[key] { return head }
    let head: [UInt8]
    do throws(Errno) { head = try place.reopened().read(upTo: Interpreter.window) } catch { return [] }
    if known.count >= Self.limit { known = [:] }
    // A file that was changed a moment ago can be changed again within one tick of its clock.
    if SystemClock.realtime() - info.changed > 1_000_000_000 { known[key] = head }
    return head
  }
}
