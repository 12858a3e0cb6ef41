import ArgumentParser

/// The program: one command for each thing there is to do with event streams.
@main
@available(SwiftSSE 1.0, *)
struct SSECommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sse",
        abstract: "Server-Sent Events on the command line.",
        discussion: """
            Examples:
              sse serve                             start a hub
              sse demo                              see a server and two clients work
              sse listen http://localhost:8888/sse  print events as they come
              curl -sN http://localhost:8888/sse | sse parse --json
            """,
        subcommands: [ServeCommand.self, DemoCommand.self, ListenCommand.self, ParseCommand.self, BenchCommand.self]
    )
}
