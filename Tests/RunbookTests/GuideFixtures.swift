import SourceText
import Testing

@testable import Runbook

/// Documents in the shape of well-known guides, with the lines that may run.
@Suite struct GuideFixtureTests {
  struct Fixture: CustomTestStringConvertible {
    var name: String
    var text: String
    var runs: [String]
    var inputs: [String]
    var testDescription: String { name }
  }

  private static let kubernetes = Fixture(
    name: "kubernetes",
    text: """
      ---
      title: Run a Stateless Application Using a Deployment
      weight: 10
      ---
      <!-- overview -->
      ## {{% heading "objectives" %}}

      * Create an nginx deployment.

      ## Creating and exploring an nginx deployment

      1. Create a Deployment based on the YAML file:

         ```shell
         kubectl apply -f https://k8s.example/deployment.yaml
         ```

      1. Display information about the Deployment:

         ```shell
         kubectl describe deployment nginx-deployment
         ```

         The output is similar to this:

         ```
         Name:     nginx-deployment
         $ not a command
         ```

      1. Display information about a Pod:

         ```shell
         kubectl describe pod <pod-name>
         ```

         where `<pod-name>` is the name of one of your Pods.

      ## Get a shell

      ```console
      $ kubectl exec --stdin --tty shell-demo -- /bin/bash
      root@shell-demo:/# ls /
      root@shell-demo:/# echo 'Hello' > /usr/share/nginx/html/index.html
      ```

      ```yaml
      apiVersion: v1
      ```

      ## {{% heading "whatsnext" %}}

      """,
    runs: [
      "kubectl apply -f https://k8s.example/deployment.yaml\n",
      "kubectl describe deployment nginx-deployment\n",
      "kubectl describe pod {{pod_name}}\n", "kubectl exec --stdin --tty shell-demo -- /bin/bash\n",
    ], inputs: ["pod_name"])

  private static let postgres = Fixture(
    name: "postgres",
    text: """
      # Backing up

      Dump with:

      ```console
      $ pg_dump --host=<host> -d <database> > dump.sql
      Password:
      $ psql <database>
      psql (16.1)
      Type "help" for help.

      shop=# SELECT count(*) FROM orders;
       count
      -------
         42
      (1 row)

      shop=# \\q
      $ createdb -T template0 copy
      ```

      As root:

      ```console
      # pg_ctlcluster 16 main stop
      # systemctl stop postgresql
      ```

      ```sql
      DROP DATABASE copy;
      ```

      """,
    runs: [
      "pg_dump --host={{host}} -d {{database}} > dump.sql\npsql {{database}}\ncreatedb -T template0 copy\n",
      "pg_ctlcluster 16 main stop\nsystemctl stop postgresql\n",
    ], inputs: ["host", "database"])

  private static let docker = Fixture(
    name: "docker",
    text: """
      # Containers

      ## Build

      ```dockerfile
      # syntax=docker/dockerfile:1
      RUN apk add curl
      ```

      ```console
      $ docker build -t getting-started .
      [+] Building 10.2s (8/8) FINISHED
       => [internal] load build definition
      $ docker ps --format '{{.Names}}: {{.Status}}'
      web: Up 5 minutes
      ```

      ## Look inside

      ```console
      $ docker run -it --rm alpine
      / # apk add curl
      fetch https://dl-cdn.example/x86_64
      / # exit
      ```

      ```bash
      # Stop everything
      docker stop <container>
      ```

      ```console
      $ docker run \\
          --name web \\
          -p 80:80 nginx
      $ curl -s localhost | head -n 1
      <!DOCTYPE html>
      ```

      """,
    runs: [
      "docker build -t getting-started .\ndocker ps --format '{{.Names}}: {{.Status}}'\n",
      "docker run -it --rm alpine\n", "# Stop everything\ndocker stop {{container}}\n",
      "docker run \\\n    --name web \\\n    -p 80:80 nginx\ncurl -s localhost | head -n 1\n",
    ], inputs: ["container"])

  private static let git = Fixture(
    name: "git",
    text: """
      Getting a Repository
      ====================

      Clone:

      ```console
      $ git clone <url> my-copy
      Cloning into 'my-copy'...
      ```

      Commit:

      ```console
      $ git status
      On branch master
      Changes not staged for commit:
        (use "git add <file>..." to update what will be committed)
      $ git commit -m "Story 182: fix benchmarks

      For speed"
      [master 463dc4f] Story 182: fix benchmarks
       2 files changed, 2 insertions(+)
      $ git log --pretty=format:"%h - %an" | head -n 2
      ca82a6d - Scott
      $ git rebase -i HEAD~3   # opens an editor
      # Rebase 710f0f8..a5f4a0d onto 710f0f8
      #
      # Commands:
      #  p, pick <commit> = use commit
      ```

      ```diff
      -a
      ```

      """,
    runs: [
      "git clone {{url}} my-copy\n",
      "git status\ngit commit -m \"Story 182: fix benchmarks\n\nFor speed\"\ngit log --pretty=format:\"%h - %an\" | head -n 2\n"
        + "git rebase -i HEAD~3   # opens an editor\n",
    ], inputs: ["url"])

  @Test(arguments: [kubernetes, postgres, docker, git]) func commandsAndNothingElse(_ fixture: Fixture) throws
  {
    let file = SourceFile(name: "\(fixture.name).md", text: fixture.text)
    let guide = try #require(RunbookCompiler.compile(file).runbook)
    let draft = SourceFile(name: "draft.runbook.md", text: GuideDraft.text(guide))
    let runbook = try #require(RunbookCompiler.compile(draft).runbook)
    for compiled in [guide, runbook] {
      let texts = compiled.units.compactMap { unit -> String? in
        guard case .command(let block) = unit.content else { return nil }
        return String(decoding: block.text, as: UTF8.self)
      }
      #expect(texts == fixture.runs)
      #expect(compiled.frontmatter.required == fixture.inputs)
    }
  }
}
