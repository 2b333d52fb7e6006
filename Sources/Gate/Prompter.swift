public import Policy

/// One question to a person: may a step start programs, or reach a host, that no rule lists?
public struct Question: Sendable {
  /// One of the programs.
  public struct Item: Sendable {
    /// The words as far as they are known, quoted for a shell.
    public var command: String
    /// The program's name.
    public var program: String
    /// The file that the name stands for; nil when there is none.
    public var path: String?
    /// Through what it is started.
    public var via: [String]
    /// `file:line:column`.
    public var place: String
    /// Why it is asked for.
    public var why: String
    /// The rules that "always" can save, narrowest first; empty when none may be offered.
    public var candidates: [RunCandidate]
    /// Whether a session grant may be given.
    public var canRemember: Bool

    /// An item.
    public init(
      command: String, program: String, path: String?, via: [String], place: String, why: String,
      candidates: [RunCandidate], canRemember: Bool
    ) {
      self.command = command
      self.program = program
      self.path = path
      self.via = via
      self.place = place
      self.why = why
      self.candidates = candidates
      self.canRemember = canRemember
    }
  }

  /// What is asked for: programs, or hosts of the network.
  public var kind: AccessKind
  /// `step 3 “Publish”`.
  public var step: String
  /// The programs.
  public var items: [Item]
  /// The whole text of the step.
  public var text: String
  /// What a step is held for, when it is asked whether it goes on; nil for other questions.
  public var alarm: String?
  /// What "always" would write at each width that can be offered: the rules, and the line that they would stand at.
  public var previews: [Preview]

  /// A width and what it would write.
  public struct Preview: Sendable {
    /// How much the rules cover.
    public var width: RunWidth
    /// The rules, one for each program.
    public var rules: [String]
    /// `.rundownrc.yaml, default.run.allow, line 14`.
    public var target: String

    /// A preview.
    public init(width: RunWidth, rules: [String], target: String) {
      self.width = width
      self.rules = rules
      self.target = target
    }
  }

  /// A question.
  public init(kind: AccessKind = .run, step: String, items: [Item], text: String, previews: [Preview]) {
    self.kind = kind
    self.step = step
    self.items = items
    self.text = text
    self.previews = previews
  }
}

/// What a person answers.
public enum Answer: Hashable, Sendable {
  /// This once.
  case once
  /// These programs with these words, until the run ends.
  case session
  /// Every program that no rule lists, until the run ends.
  case allForSession
  /// From now on, by a rule of this width in the policy document.
  case always(RunWidth)
  /// Not this once.
  case denyOnce
  /// No program that would be asked about, until the run ends.
  case denyAllForSession
  /// End the run.
  case abort
}

/// Somebody who can be asked. What goes wrong while asking is a "no".
public protocol Prompter: AnyObject {
  /// Puts a question and waits for the answer; nil when it is no longer open: who asked has gone.
  func ask(_ question: Question, isOpen: () -> Bool) -> Answer?
  /// How long a question may stay open.
  var patience: Duration { get }
  /// Shows what came of saving a rule.
  func tell(_ text: String)
}

extension Prompter {
  /// Somebody who sits there is waited for.
  public var patience: Duration { .seconds(600) }

  /// Puts a question that stays open until it is answered.
  public func ask(_ question: Question) -> Answer { ask(question) { true } ?? .denyOnce }
}
