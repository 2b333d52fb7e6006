internal import Linux
internal import SourceText

/// Finds the program that holds a connection, as proc(5) tells it.
enum ConnectionOwner {
  private static let tableLimit = 4 << 20

  /// The base name of the program with a TCP connection of IPv4 from a port to another one, among the processes of a step;
  /// nil when there is none any more.
  ///
  /// - Parameter process: one of the step's: its network and its processes are looked at.
  static func program(at port: UInt16, to other: UInt16, besides process: Int32) -> String? {
    guard let socket = socket(port, other, process) else { return nil }
    for number in StepProcesses(of: process)?.all() ?? [] where holds(number, socket) {
      do throws(FileError) { return PathText.base(try FileSystem.linkTarget("/proc/\(number)/exe")) } catch {
        return nil
      }
    }
    return nil
  }

  private static func socket(_ port: UInt16, _ other: UInt16, _ process: Int32) -> String? {
    do throws(FileError) {
      let bytes = try FileSystem.readFile("/proc/\(process)/net/tcp", limit: tableLimit)
      let (from, to) = (suffix(port), suffix(other))
      for line in bytes.split(separator: 0x0A).dropFirst() {
        // The second and the third word are the ends, the tenth is the inode.
        let words = line.split(separator: 0x20)
        guard words.count > 9, words[1].suffix(5).elementsEqual(from), words[2].suffix(5).elementsEqual(to)
        else { continue }
        return "socket:[\(String(decoding: words[9], as: UTF8.self))]"
      }
      return nil
    } catch { return nil }
  }

  /// `:01BB`, as the table has it.
  private static func suffix(_ port: UInt16) -> [UInt8] {
    let digits = String(port, radix: 16, uppercase: true)
    return Array((":" + String(repeating: "0", count: 4 - digits.utf8.count) + digits).utf8)
  }

  private static func holds(_ process: Int32, _ socket: String) -> Bool {
    do throws(FileError) {
      for entry in try FileSystem.entries("/proc/\(process)/fd") {
        do throws(FileError) {
          if try FileSystem.linkTarget("/proc/\(process)/fd/\(entry.name)") == socket { return true }
        } catch { continue }  // closed meanwhile
      }
      return false
    } catch { return false }
  }
}
