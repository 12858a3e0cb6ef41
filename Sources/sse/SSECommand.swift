import ArgumentParser
import Foundation

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
              sse publish http://localhost:8888 --topic news Hello
              sse listen 'http://localhost:8888/.well-known/mercure?topic=news'
              sse demo                              see a server and two clients work
              curl -sN http://localhost:8888/sse | sse parse --json
            """,
        subcommands: [
            ServeCommand.self, PublishCommand.self, ListenCommand.self, ParseCommand.self, BenchCommand.self,
            DemoCommand.self,
        ]
    )

    /// Runs the command that the arguments name.
    static func main() async {
        StandardOutput.occupyClosedFiles()
        // Reloads a hub, and must not end it if it comes before the hub listens for it.
        if CommandLine.arguments.dropFirst().first == "serve" { signal(SIGHUP, SIG_IGN) }
        await Self.main(nil)
    }
}
