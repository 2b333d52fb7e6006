internal import CLinux

/// Facts about the running process and its machine.
public enum ThisProcess {
  /// The process id.
  public static var id: Int32 { rd_pid() }
  /// The id of the process that started this one.
  public static var parentID: Int32 { rd_parent_pid() }
  /// The real user.
  public static var userID: UInt32 { rd_uid() }
  /// The effective user, whose rights count.
  public static var effectiveUserID: UInt32 { rd_euid() }
  /// The real group.
  public static var groupID: UInt32 { rd_gid() }

  /// The capabilities this process can use, as a bit set.
  public static var effectiveCapabilities: UInt64 { rd_effective_capabilities() }

  /// How many processors this process may run on (`sched_getaffinity`); one when that cannot be had.
  public static var processorCount: Int { max(1, Int(rd_processor_count())) }

  /// Whether there is more than one processor, and few enough to say which is used: with many the kernel knows better.
  static var hasFewProcessors: Bool { (2...4).contains(processorCount) }

  /// The name of the machine; empty when it cannot be had.
  public static var hostName: String {
    do throws(Errno) { return try text { unsafe rd_hostname($0, $1) } } catch { return "" }
  }

  /// The name of the real user in /etc/passwd, or `uid N`.
  public static var userName: String { passwordEntry?.name ?? "uid \(userID)" }

  /// The home directory of the real user in /etc/passwd.
  public static var homeDirectory: String? { passwordEntry?.home }

  private static var passwordEntry: (name: String, home: String)? {
    // Read by hand: getpwuid loads code of the name service into a statically linked program.
    let bytes: [UInt8]
    do throws(FileError) { bytes = try FileSystem.readFile("/etc/passwd", limit: 4 << 20) } catch {
      return nil
    }
    let wanted = String(userID)
    for line in bytes.split(separator: 0x0A) {
      let fields = line.split(separator: 0x3A, omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
      if fields.count >= 7 && fields[2] == wanted { return (fields[0], fields[5]) }
    }
    return nil
  }

  /// The working directory. ENOENT when it has been removed.
  public static func workingDirectory() throws(Errno) -> String { try text { unsafe rd_getcwd($0, $1) } }

  /// Changes the working directory of the whole process.
  public static func changeDirectory(_ path: String) throws(FileError) {
    do throws(Errno) { try withPath(path) { unsafe rd_chdir($0) } } catch {
      throw .system(call: "chdir", path: path, error)
    }
  }

  /// Stops this process like ^Z; returns when it is continued.
  public static func stop() throws(Errno) { try retrying { rd_stop_self() } }

  /// Makes writing to a closed pipe an error (EPIPE) instead of the end of the process. Children get the
  /// default back.
  public static func ignoreBrokenPipes() { _ = rd_ignore_sigpipe() }
}
