internal import CLinux

/// The files of one folder, in its own order, with what tells whether they have changed. Links are not followed.
public struct FolderListing: Sendable, Equatable {
  /// One file; of a folder only the kind and the name are known.
  public struct File: Sendable, Equatable {
    /// The number of the file.
    public let inode: UInt64
    /// Bytes.
    public let size: Int64
    /// The last change of content, in nanoseconds since 1970.
    public let modified: Int64
    /// The last change of any kind; nobody can set it.
    public let changed: Int64
    /// Kind and permissions, as in stat(2).
    public let mode: UInt32
    /// Where the name begins.
    fileprivate let start: Int

    /// Whether nothing has changed since another look: the time of the last change of any kind cannot be set by who
    /// changes it.
    public func isSame(as other: File) -> Bool {
      inode == other.inode && size == other.size && modified == other.modified && changed == other.changed
        && mode == other.mode
    }

    /// Whether it is a folder.
    public var isFolder: Bool { mode & 0o170000 == 0o040000 }
    /// Whether it is a regular file that somebody may execute.
    public var isExecutable: Bool { mode & 0o170000 == 0o100000 && mode & 0o111 != 0 }
  }

  /// The files.
  public private(set) var files: [File] = []
  private var names: [UInt8] = []

  /// Reads an open folder.
  public init(_ folder: borrowing FileDescriptor) throws(Errno) {
    let number = folder.rawValue
    while true {
      let base = names.count
      var failure: Int64 = 0
      var used = 0
      var raw: [rd_file] = []
      let text = unsafe [UInt8](unsafeUninitializedCapacity: Int(RD_LISTING_NAMES)) { text, count in
        raw = unsafe [rd_file](unsafeUninitializedCapacity: Int(RD_LISTING_FILES)) { files, length in
          guard let place = files.baseAddress, let start = text.baseAddress else { return }
          let got = unsafe start.withMemoryRebound(to: CChar.self, capacity: text.count) {
            unsafe rd_list_files(number, place, $0, &used)
          }
          if got < 0 { failure = got } else { length = Int(got) }
        }
        count = used
      }
      if failure < 0 { throw Errno(rawValue: Int32(-failure)) }
      if raw.isEmpty { return }
      names += text
      files += raw.map { file in
        File(
          inode: file.inode, size: file.size, modified: file.modified, changed: file.changed, mode: file.mode,
          start: base + Int(file.name))
      }
    }
  }

  /// The name of a file as bytes.
  public func name(of file: File) -> [UInt8] { Array(names[file.start...].prefix { $0 != 0 }) }
}
