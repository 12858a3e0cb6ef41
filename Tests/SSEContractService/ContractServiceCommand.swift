internal import ArgumentParser
private import Foundation
private import UnixSignals

/// The program: a service that drives the client as a conformance harness tells it to.
@main
@available(SwiftSSE 1.0, *)
struct ContractServiceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "SSEContractService",
        abstract: "Serve the SSE client to a contract-test harness."
    )

    @Option(help: "The port to listen on; 0 for any that is free.")
    var port = 8000

    func validate() throws {
        guard (0...65_535).contains(self.port) else { throw ValidationError("--port must be 0 to 65535.") }
    }

    func run() async throws {
        try await ContractService(port: self.port, signals: [.sigint, .sigterm]) { port in
            // Not `print`, which keeps what it writes while nobody is looking.
            FileHandle.standardOutput.write(Data("listening on http://127.0.0.1:\(port)\n".utf8))
        }
        .run()
    }
}
