internal import Foundation

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

    private let process: Process
    private let input: FileHandle
    private let exit: AsyncStream<Int32?>

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - executable: The program.
    ///   - arguments: Its arguments.
    ///   - deadline: When it is ended if it still runs.
    init(_ executable: URL, _ arguments: [String], deadline: Duration = .seconds(45)) throws {
        let (input, output, errors) = (Pipe(), Pipe(), Pipe())
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        let (exit, continuation) = AsyncStream<Int32?>.makeStream()
        process.terminationHandler = { process in
            continuation.yield(process.terminationReason == .exit ? process.terminationStatus : nil)
            continuation.finish()
        }
        // Writing to a program that has ended is an error, not the end of the tests.
        signal(SIGPIPE, SIG_IGN)
        try process.run()
        self.process = process
        self.input = input.fileHandleForWriting
        self.exit = exit
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
        if self.process.isRunning { _ = Self.send(SIGINT, to: self.process) }
    }

    /// Ends the program if it still runs.
    func kill() {
        if self.process.isRunning { _ = Self.send(SIGKILL, to: self.process) }
    }

    private static func send(_ signal: Int32, to process: Process) -> Int32 {
        #if canImport(Darwin)
        Darwin.kill(process.processIdentifier, signal)
        #elseif canImport(Musl)
        Musl.kill(process.processIdentifier, signal)
        #else
        Glibc.kill(process.processIdentifier, signal)
        #endif
    }

    /// Waits until the program has ended.
    func result() async -> ProcessResult {
        var exitCode: Int32?
        for await code in self.exit { exitCode = code }
        return await ProcessResult(exitCode: exitCode, output: self.output.all(), errors: self.errors.all())
    }
}

/// Runs a program for the time of a closure.
@available(SwiftSSE 1.0, *)
func withProcess<Result>(
    _ executable: URL,
    _ arguments: [String],
    deadline: Duration = .seconds(45),
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
    deadline: Duration = .seconds(45)
) async throws -> ProcessResult {
    try await withProcess(executable, arguments, deadline: deadline) { process in
        // What it does not read of it is its own affair.
        try? process.send(input)
        process.closeInput()
        return await process.result()
    }
}
