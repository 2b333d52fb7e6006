import Foundation
import Linux
import Testing

@Suite struct DescriptorTests {
  @Test func everyDescriptorIsCloseOnExec() throws {
    let pipe = try Linux.Pipe()
    let file = try FileDescriptor.open("/dev/null", [.readWrite])
    let copy = try file.duplicate()
    let memory = try FileDescriptor.memory(named: "test")
    for number in [pipe.reader.rawValue, pipe.writer.rawValue, file.rawValue, copy.rawValue, memory.rawValue]
    {
      #expect(fcntl(number, F_GETFD) & FD_CLOEXEC != 0)
      #expect(number > 2)
    }
  }

  @Test func closesOnceAndAtTheEndOfItsLife() throws {
    let number: Int32
    do {
      let file = try FileDescriptor.open("/dev/null")
      number = file.rawValue
      #expect(fcntl(number, F_GETFD) >= 0)
    }
    // Another test may have taken the number meanwhile; then it is not /dev/null of ours, which is fine as
    // well.
    let given = try FileDescriptor.open("/dev/null").release()
    #expect(fcntl(given, F_GETFD) >= 0)
    close(given)
  }

  @Test func pipesCarryBytesAndSayTheEnd() throws {
    let pipe = try Linux.Pipe()
    try pipe.writer.writeAll([1, 2, 3])
    #expect(try pipe.reader.read(upTo: 10) == [1, 2, 3])
    try pipe.reader.setNonBlocking(true)
    #expect(throws: Errno.wouldBlock) { try pipe.reader.read(upTo: 1) }
    let writer = pipe.writer
    try writer.close()
    #expect(try pipe.reader.read(upTo: 1) == [])
  }

  @Test func writesMoreThanAPipeHolds() throws {
    let pipe = try Linux.Pipe()
    try pipe.writer.setNonBlocking(true)
    let reader = try pipe.reader.duplicate()
    let number = reader.release()
    let thread = try Linux.Thread {
      let reader = FileDescriptor(owning: number)
      _ = try? reader.readAll(limit: 1_000_000)
    }
    try pipe.writer.writeAll(Array(repeating: 65, count: 1_000_000))
    thread.join()
  }

  @Test func pollTellsWhatIsReadyAndWhenTimeIsOver() throws {
    let pipe = try Linux.Pipe()
    var poller = Poller()
    let index = poller.add(pipe.reader.rawValue, [.readable])
    #expect(try !poller.wait(for: .milliseconds(1)))
    try pipe.writer.writeAll([1])
    #expect(try poller.wait(for: nil))
    #expect(poller.seen(index) == [.readable])
  }

  @Test func errorsHaveNamesAndMessages() {
    #expect(Errno.noSuchFile.name == "ENOENT")
    #expect(Errno.noSuchFile.description == "No such file or directory (ENOENT)")
    #expect(Errno(rawValue: 9999).name == "E?")
    #expect(throws: Errno.noSuchFile) { _ = try FileDescriptor.open("/nonexistent/x") }
  }
}
