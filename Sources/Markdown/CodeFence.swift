/// The fence that a code block of some text needs.
public enum CodeFence {
  /// At least three backticks, and more than any run of them in the text (CommonMark 4.5).
  public static func around(_ lines: [String]) -> String {
    var longest = 2
    for line in lines {
      var run = 0
      for byte in line.utf8 {
        run = byte == 0x60 ? run + 1 : 0
        longest = max(longest, run)
      }
    }
    return String(repeating: "`", count: longest + 1)
  }
}
