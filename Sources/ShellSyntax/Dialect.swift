/// The shell whose grammar a text is read by. The same bytes start other programs in another shell.
public enum Dialect: String, Hashable, Sendable, CaseIterable {
  /// POSIX sh, as dash reads it.
  case sh
  /// GNU bash 5.2, not in POSIX mode.
  case bash
}
