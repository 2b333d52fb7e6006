internal import Linux

/// What a policy for a project in some language needs: data for `rundown init`.
struct ProjectLanguage {
  let name: String
  /// Files in the project's root that tell it.
  let marks: [String]
  /// Programs that its builds and tests start.
  var programs: [String]
  /// Where they write.
  var writes: [String]

  init(_ name: String, marks: String, programs: String, writes: String = "") {
    func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
    self.name = name
    self.marks = words(marks)
    self.programs = words(programs)
    self.writes = words(writes)
  }

  static let known = [
    ProjectLanguage(
      "Node.js", marks: "package.json", programs: "node npm npx",
      writes: "{repo}/node_modules/** {repo}/dist/**"),
    ProjectLanguage("pnpm", marks: "pnpm-lock.yaml", programs: "pnpm"),
    ProjectLanguage("Yarn", marks: "yarn.lock", programs: "yarn"),
    ProjectLanguage("Bun", marks: "bun.lock bun.lockb", programs: "bun"),
    ProjectLanguage("Deno", marks: "deno.json deno.jsonc", programs: "deno"),
    ProjectLanguage(
      "Python", marks: "pyproject.toml setup.py requirements.txt Pipfile",
      programs: "python python3 pip pip3 pytest",
      writes: "{repo}/.venv/** {repo}/build/** {repo}/.pytest_cache/**"),
    ProjectLanguage("uv", marks: "uv.lock", programs: "uv"),
    ProjectLanguage("Poetry", marks: "poetry.lock", programs: "poetry"),
    ProjectLanguage(
      "Rust", marks: "Cargo.toml", programs: "cargo rustc rustfmt", writes: "{repo}/target/**"),
    ProjectLanguage("Go", marks: "go.mod", programs: "go gofmt"),
    ProjectLanguage("Swift", marks: "Package.swift", programs: "swift swiftc", writes: "{repo}/.build/**"),
    ProjectLanguage(
      "Maven", marks: "pom.xml", programs: "mvn java javac", writes: "{repo}/target/**"),
    ProjectLanguage(
      "Gradle", marks: "build.gradle build.gradle.kts", programs: "gradle java javac {repo}/gradlew",
      writes: "{repo}/build/** {repo}/.gradle/**"),
    ProjectLanguage("Ruby", marks: "Gemfile", programs: "ruby bundle rake gem"),
    ProjectLanguage(
      "PHP", marks: "composer.json", programs: "php composer", writes: "{repo}/vendor/**"),
    ProjectLanguage(
      "Elixir", marks: "mix.exs", programs: "elixir mix", writes: "{repo}/_build/** {repo}/deps/**"),
    ProjectLanguage(
      "CMake", marks: "CMakeLists.txt", programs: "cmake ctest ninja cc c++", writes: "{repo}/build/**"),
    ProjectLanguage("Meson", marks: "meson.build", programs: "meson ninja cc c++", writes: "{repo}/build/**"),
    ProjectLanguage("Make", marks: "Makefile GNUmakefile makefile", programs: "make"),
    ProjectLanguage("just", marks: "justfile Justfile .justfile", programs: "just"),
  ]

  /// Those that the files in a folder tell of.
  static func found(in root: String) -> [ProjectLanguage] {
    known.filter { language in language.marks.contains { FileSystem.exists(root + "/" + $0) } }
  }

  /// A policy with comments for a project in these languages.
  static func policy(for languages: [ProjectLanguage]) -> String {
    func unique(_ lists: [[String]]) -> [String] {
      var seen: Set<String> = []
      return lists.flatMap(\.self).filter { seen.insert($0).inserted }
    }
    func list(_ values: [String]) -> String {
      values.map { $0.hasPrefix("{") ? "\"\($0)\"" : $0 }.joined(separator: ", ")
    }
    let names = languages.map(\.name)
    let programs = unique(languages.map(\.programs))
    let writes = unique(languages.map(\.writes))
    return """
      # What runbooks of this project may do. `rundown policy show` prints all of it with its origin,
      # `rundown policy explain 'COMMAND'` says what would be decided and why. Reference: Docs/policy.md.
      version: 1

      # Keep the built-in lists and add to them. Without this line a section below replaces the built-in one.
      extends: builtin

      # Programs that only read: cat, ls, grep, head, ...
      presets: [read-tools]

      default:
        # What no rule lists: prompted asks, execute allows, deny denies.
        mode: prompted
        run:
          # \(names.isEmpty ? "No language was found here: list the programs that your runbooks start." : "For " + names.joined(separator: ", ") + ".")
          allow: [\(list(programs))]
          deny:
            - "git push --force*"
        write:
          # Where builds write; everything else in the project is read only.
          allow: [\(list(writes))]
        # A step reaches no host. With these lines it reaches those listed, through a proxy.
        # network:
        #   mode: proxied
        #   allow: [example.com]
        # env:   { allow: ["MY_APP_*"] }
        # limits: { timeout: 10m }

      # Rules for some runbooks only.
      # overrides:
      #   - runbook: "deploy/*.runbook.md"
      #     run: { allow: [kubectl] }

      """
  }
}
