public import Gate
public import Linux
public import Policy
public import Runbook

/// How a run is to be driven by this process.
public struct RunSettings: Sendable {
  /// The runbook.
  public var runbook: Runbook
  /// The project's root, where steps run.
  public var root: String
  /// Whether blocks are shown instead of executed.
  public var isPrompted: Bool
  /// Seconds that a step may take, from the command line.
  public var timeout: Int?
  /// How many units of a step may run at the same time, from the command line; nil: as the step says.
  public var jobs: Int?
  /// Whether files that the sandbox refuses are told.
  public var explainsDenials: Bool
  /// Whether output is compared with what a document shows.
  public var comparesOutput: Bool
  /// Whether a document's blocks hand exported variables and the directory on.
  public var sharesEnvironment: Bool
  /// What the steps have as their streams.
  public var manner: StepManner
  /// The environment of this process.
  public var environment: Environment
  /// The policy's name and mode, for displays.
  public var policyName: String
  /// Who knows the project's secrets.
  public var secrets: (any SecretSource)?
  /// How a policy that the user had not confirmed came to hold; nil for others.
  public var acceptance: String?

  /// Settings.
  public init(
    runbook: Runbook, root: String, isPrompted: Bool, timeout: Int?, environment: Environment,
    policyName: String, jobs: Int? = nil, explainsDenials: Bool = false, comparesOutput: Bool = false,
    sharesEnvironment: Bool = false,
    manner: StepManner = .captured
  ) {
    self.jobs = jobs
    self.explainsDenials = explainsDenials
    self.runbook = runbook
    self.root = root
    self.isPrompted = isPrompted
    self.timeout = timeout
    self.environment = environment
    self.policyName = policyName
    self.comparesOutput = comparesOutput
    self.sharesEnvironment = sharesEnvironment
    self.manner = manner
  }
}

/// What steps have as their standard streams.
public enum StepManner: Sendable {
  /// No input, or a terminal of their own where the block asks for one.
  case captured
  /// This process' own: its input, and a terminal of their own where it has one.
  case direct
  /// The same, for a shell that a person types into.
  case shell
}

/// What a person says about a manual step.
public enum ManualAnswer: Sendable, Equatable {
  /// It is done.
  case pass
  /// It could not be done.
  case fail
  /// It is left out, and why; its transitions do not count.
  case skip(reason: String)
  /// The run ends here.
  case stop
  /// Not now: the run waits.
  case later
}

/// Somebody who can say how a manual step went.
public protocol StepDecider: AnyObject {
  /// Asks about a unit whose text was shown.
  func decide(_ place: UnitPlace) -> ManualAnswer
}

/// Somebody who saves a rule for good; the text says where it stands now, or why it could not be saved.
public protocol RuleKeeper: AnyObject {
  /// The absolute path of the document that rules are saved in.
  var document: String { get }
  /// What "always" would write for these requests, which are all for programs or all for hosts, at each width that all of
  /// them allow.
  func previews(_ requests: [AccessRequest]) -> [Question.Preview]
  /// Saves the rules of one width and proves them on these requests.
  ///
  /// - Returns: the policy with the rules, and a line for the person; nil for the policy when nothing was saved.
  func save(_ preview: Question.Preview, for requests: [AccessRequest]) -> (
    policy: EffectivePolicy?, told: String
  )
}

/// Why a run cannot go on for reasons that lie outside the runbook.
public enum RunFailure: Error, Sendable {
  /// The run store cannot be written.
  case store(StoreFailure)
  /// The sandbox is required and cannot be had.
  case sandbox([String])
  /// Part of the machine failed.
  case machine(String)
  /// A bug: the run's own events do not fit together.
  case bug(String)

  /// A store error as text, so that readers need not know the store.
  public struct StoreFailure: Sendable {
    /// What is wrong.
    public var message: String
    /// How to mend it.
    public var help: String
  }
}
