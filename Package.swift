// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]
let testSettings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .treatAllWarnings(as: .error),
]

/// A room of the program: a Swift target under Sources/ with the settings that all rooms share.
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: testSettings)
}

/// A system library, named for Swift by a module map. `package` is the Debian package that has it.
func system(_ name: String, pkgConfig: String, package: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

let package = Package(
  name: "rundown",
  products: [.executable(name: "rundown", targets: ["rundown"])],
  targets: [
    // S: the kernel and C libraries
    .target(
      name: "CLinux",
      cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror", "-std=gnu11"])]),
    system("CCMark", pkgConfig: "libcmark", package: "libcmark-dev"),
    system("CYAML", pkgConfig: "yaml-0.1", package: "libyaml-dev"),
    system("CSeccomp", pkgConfig: "libseccomp", package: "libseccomp-dev"),
    system("CSodium", pkgConfig: "libsodium", package: "libsodium-dev"),
    system("CSQLite", pkgConfig: "sqlite3", package: "libsqlite3-dev"),
    room("Linux", ["CLinux"]),
    // F: text in, trees with spans out
    room("SourceText"),
    room("JSON", ["SourceText"]),
    room("Markdown", ["SourceText", "CCMark"]),
    room("YAML", ["SourceText", "CYAML"]),
    room("ShellSyntax", ["SourceText"]),
    // D: pure rules
    room("Runbook", ["SourceText", "Markdown", "YAML"]),
    room("Run", ["Runbook"]),
    room("Policy", ["SourceText", "YAML", "JSON"]),
    room("Gate", ["SourceText", "ShellSyntax", "Policy"]),
    // M: mechanisms
    room("Sandbox", ["Linux", "CSeccomp"]),
    room("Supervisor", ["SourceText", "Linux", "Sandbox"]),
    room("Proxy", ["Linux"]),
    room("RunStore", ["CSQLite", "Linux", "Run", "Runbook", "JSON"]),
    room("Secrets", ["CSodium", "Linux", "JSON", "SourceText"]),
    // E: composition and the edge
    room(
      "Execution",
      [
        "SourceText", "JSON", "YAML", "Markdown", "ShellSyntax", "Runbook", "Run", "Policy", "Gate",
        "Linux", "Sandbox", "Supervisor", "RunStore", "Proxy", "CSodium",
      ]),
    room("Arguments", ["SourceText"]),
    room(
      "Commands",
      [
        "Arguments", "Execution", "SourceText", "JSON", "YAML", "Markdown", "ShellSyntax", "Runbook", "Run",
        "Policy", "Gate", "Linux", "Sandbox", "Supervisor", "RunStore", "Secrets",
      ]),
    .executableTarget(name: "rundown", dependencies: ["Commands"], swiftSettings: strict),
    // Tests mirror the rooms
    .target(name: "TestKit", dependencies: ["Linux"], path: "Tests/TestKit", swiftSettings: testSettings),
    tests("SourceTextTests", ["SourceText"]),
    tests("ArgumentsTests", ["Arguments"]),
    tests("MarkdownTests", ["Markdown", "SourceText"]),
    tests("RunbookTests", ["Runbook", "SourceText", "TestKit"]),
    tests("RunTests", ["Run", "Runbook", "SourceText"]),
    tests(
      "ExecutionTests", ["Execution", "JSON", "Linux", "Proxy", "Gate", "Policy", "Runbook", "SourceText"]),
    tests("EndToEndTests", ["TestKit", "Linux"]),
    tests("RunStoreTests", ["RunStore", "Run", "Runbook", "Linux"]),
    tests("SecretsTests", ["Secrets", "Linux", "TestKit"]),
    tests("JSONTests", ["JSON", "SourceText"]),
    tests("YAMLTests", ["YAML", "SourceText"]),
    tests("LinuxTests", ["Linux"]),
    .executableTarget(
      name: "confine", dependencies: ["Linux", "Sandbox", "Supervisor"], path: "Tests/Helpers/Confine",
      swiftSettings: testSettings, linkerSettings: [.unsafeFlags(["-static-stdlib"])]),
    .executableTarget(
      name: "probe", path: "Tests/Helpers/Probe", linkerSettings: [.unsafeFlags(["-static-stdlib"])]),
    .executableTarget(
      name: "sandbox-bench", dependencies: ["Linux", "Sandbox", "Supervisor"], path: "Tests/Helpers/Bench",
      swiftSettings: testSettings),
    tests("ProxyTests", ["Linux", "Proxy"]),
    .executableTarget(
      name: "gate-fuzz", dependencies: ["Gate", "ShellSyntax", "SourceText"], path: "Tests/Fuzz",
      exclude: ["LibFuzzer"], swiftSettings: testSettings),
    tests("ShellSyntaxTests", ["ShellSyntax", "SourceText"]),
    tests("GateTests", ["Gate", "ShellSyntax", "Policy", "SourceText", "JSON"]),
    tests("SandboxTests", ["Linux", "Sandbox", "Supervisor"]),
    tests("PolicyTests", ["Policy", "JSON", "YAML", "SourceText", "TestKit"]),
    tests("CommandsTests", ["Commands", "Execution", "Policy", "Linux", "JSON", "SourceText"]),
  ],
  swiftLanguageModes: [.v6]
)
