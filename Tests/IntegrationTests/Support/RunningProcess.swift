internal import Foundation
internal import SSETestSupport

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Glibc)
internal import Glibc
#endif

/// A program that runs, and is ended when its time is over.
@available(SwiftSSE 1.0, *)
final class RunningProcess: Sendable {
    let output: ProcessText
    let errors: ProcessText

    private let process: SpawnedProcess
    private let input: FileHandle

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - executable: The program.
    ///   - arguments: Its arguments.
    ///   - deadline: When it is ended if it still runs.
    init(_ executable: URL, _ arguments: [String], deadline: Duration = .seconds(120)) throws {
        let (input, output, errors) = (Pipe(), Pipe(), Pipe())
        // Writing to a program that has ended is an error, not the end of the tests.
        signal(SIGPIPE, SIG_IGN)
        self.process = try SpawnedProcess(
            executable.path,
            arguments,
            input: input.fileHandleForReading.fileDescriptor,
            output: output.fileHandleForWriting.fileDescriptor,
            errors: errors.fileHandleForWriting.fileDescriptor
        )
        // The program has its own copies; with ours open, its outputs would never end.
        try input.fileHandleForReading.close()
        try output.fileHandleForWriting.close()
        try errors.fileHandleForWriting.close()
        self.input = input.fileHandleForWriting
        self.output = ProcessText(output.fileHandleForReading)
        self.errors = ProcessText(errors.fileHandleForReading)
        DispatchQueue.global().asyncAfter(deadline: .now() + (deadline / .seconds(1))) { [weak self] in self?.kill() }
    }

    /// Writes to the program's standard input.
    func send(_ text: String) throws {
        try self.send(Data(text.utf8))
    }

    /// Writes to the program's standard input.
    func send(_ bytes: Data) throws {
        try self.input.write(contentsOf: bytes)
    }

    /// Ends the program's standard input.
    func closeInput() {
        try? self.input.close()
    }

    /// Presses Ctrl-C.
    func interrupt() {
        self.process.send(SIGINT)
    }

    /// Sends what a terminal sends that is closed.
    func hangUp() {
        self.process.send(SIGHUP)
    }

    /// Asks the program to end, as a supervisor of services does.
    func terminate() {
        self.process.send(SIGTERM)
    }

    /// Stops the program where it is, as a debugger or a laptop that goes to sleep does.
    func stop() {
        self.process.stop()
    }

    /// Lets the program go on that has been stopped.
    func goOn() {
        self.process.send(SIGCONT)
    }

    /// Ends the program if it still runs.
    func kill() {
        self.process.send(SIGKILL)
    }

    /// Waits until the program has ended.
    func result() async -> ProcessResult {
        let exitCode = await self.process.exitCode()
        return await ProcessResult(exitCode: exitCode, output: self.output.all(), errors: self.errors.all())
    }
}

/// Runs a program for the time of a closure.
@available(SwiftSSE 1.0, *)
func withProcess<Result>(
    _ executable: URL,
    _ arguments: [String],
    deadline: Duration = .seconds(120),
    _ body: (RunningProcess) async throws -> Result
) async throws -> Result {
    let process = try RunningProcess(executable, arguments, deadline: deadline)
    defer { process.kill() }
    return try await body(process)
}

/// Runs a program to its end.
@available(SwiftSSE 1.0, *)
func run(
    _ executable: URL,
    _ arguments: [String],
    input: String = "",
    deadline: Duration = .seconds(120)
) async throws -> ProcessResult {
    try await withProcess(executable, arguments, deadline: deadline) { process in
        // What it does not read of it is its own affair.
        try? process.send(input)
        process.closeInput()
        return await process.result()
    }
}
