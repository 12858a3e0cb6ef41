internal import AsyncHTTPClient
internal import Foundation
internal import SSETestSupport
internal import Synchronization
internal import Testing

@testable internal import SSEClient

/// Whole responses of all kinds of wrong: whatever a server sends, the process lives on, and the client comes to an end.
///
/// A run takes some hundred inputs, the same each time. For more: `FUZZ_SECONDS=600 FUZZ_SEED=1 FUZZ_LOG=/tmp/input`; the log
/// holds the input that was being played if the process ends. Put what ends it into `FuzzTesting/FailCases`.
@Suite(.timeLimit(.minutes(15)), .inTurn(seconds: 900))
struct ResponseFuzzTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let seconds = Self.environment["FUZZ_SECONDS"].flatMap(Int.init)
    private static let firstSeed = Self.environment["FUZZ_SEED"].flatMap(UInt64.init) ?? 1

    @Test
    @available(SwiftSSE 1.0, *)
    func `Bytes of HTTP/1.1 to AsyncHTTPClient`() async throws {
        let known = try FailCases.inputs(of: "ResponseBytes").map(\.bytes)
        try await Self.inParallel { worker in
            try await Self.play(over: .asyncHTTPClient) { play in
                try await Self.forEachInput(of: worker, known, count: 150, { $0.http1() }, play)
            }
        }
    }

    /// Without inputs of chance: nothing can stand between the wire and `URLSession`, which ends the process on Linux on some.
    @Test
    @available(SwiftSSE 1.0, *)
    func `Bytes of HTTP/1.1 to URLSession`() async throws {
        let known = try FailCases.inputs(of: "ResponseBytes").map(\.bytes)
        try await Self.inParallel { worker in
            try await Self.play(over: .urlSession) { play in
                try await Self.forEachInput(of: worker, known, count: 0, { $0.http1() }, play)
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Frames of HTTP/2 to AsyncHTTPClient`() async throws {
        let known = try FailCases.inputs(of: "ResponseFrames").map(\.bytes)
        try await Self.inParallel { worker in
            try await Self.playFrames { play in
                try await Self.forEachInput(of: worker, known, count: 300, { $0.http2() }, play)
            }
        }
    }

    /// Runs one worker, or several in a long run: most of the time each waits for what never comes.
    @available(SwiftSSE 1.0, *)
    private static func inParallel(_ work: @escaping @Sendable (Int) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<(Self.seconds == nil ? 1 : 12) { group.addTask { try await work(worker) } }
            try await group.waitForAll()
        }
    }

    /// Plays inputs that are known, and more, as many as there are to be or for as long as the environment says.
    @available(SwiftSSE 1.0, *)
    private static func forEachInput(
        of worker: Int,
        _ known: [[UInt8]],
        count: Int,
        _ make: (inout ResponseMutator) -> [UInt8],
        _ play: ([UInt8]) async throws -> Void
    ) async throws {
        for input in known { try await play(input) }
        let end = ContinuousClock.now + .seconds(Self.seconds ?? 0)
        let first = Self.firstSeed + UInt64(worker) * 1_000_000
        let log = Self.environment["FUZZ_LOG"].map { "\($0).\(worker)" }
        var seed = first
        while Self.seconds == nil ? seed < first + UInt64(count) : ContinuousClock.now < end {
            var mutator = ResponseMutator(seed: seed)
            let input = make(&mutator)
            if let log { try Data(input).write(to: URL(fileURLWithPath: log)) }
            try await play(input)
            seed += 1
        }
        if log != nil { print("FUZZ: worker \(worker) has played \(seed - first) inputs") }
    }

    /// How an input is played; its first byte says so.
    private struct Manner {
        let request: EventStreamRequest
        let piece: Int
        let isKeptOpen: Bool
        let isReset: Bool

        @available(SwiftSSE 1.0, *)
        init(_ byte: UInt8, url: String) {
            var request = EventStreamRequest(url: url)
            switch byte & 3 {
            case 0: request.method = .head
            case 1:
                request.method = .post
                request.body = Array(repeating: 0x61, count: byte & 4 == 0 ? 10 : 300_000)
            default: break
            }
            self.request = request
            self.piece = byte & 8 == 0 ? 100_000 : Int(byte >> 6) + 1
            self.isKeptOpen = byte & 16 == 0
            self.isReset = byte & 32 == 0
        }
    }

    // MARK: HTTP/1.1

    @available(SwiftSSE 1.0, *)
    private static func play(
        over transport: TransportUnderTest,
        _ body: ((_ input: [UInt8]) async throws -> Void) async throws -> Void
    ) async throws {
        let current = Mutex<[UInt8]>([])
        try await withTestServer { connection, request in
            while true {
                let input = current.withLock { $0 }
                let manner = Manner(input.first ?? 0, url: "")
                var rest = input.dropFirst()
                while !rest.isEmpty {
                    try await connection.send(Array(rest.prefix(manner.piece)))
                    rest = rest.dropFirst(manner.piece)
                }
                if manner.isReset { return try await connection.reset() }
                guard manner.isKeptOpen else { return }
                _ = try await connection.readRequest()
            }
        } _: { server in
            func run(_ clients: [EventStreamClient]) async throws {
                try await body { input in
                    current.withLock { $0 = input }
                    let manner = Manner(input.first ?? 0, url: server.url)
                    for client in clients { _ = await client.outcome(of: manner.request) }
                }
            }
            let timeout = Duration.milliseconds(40)
            if transport == .urlSession {
                return try await run([
                    EventStreamClient(transport: URLSessionTransport(), configuration: .init(idleTimeout: timeout))
                ])
            }
            try await withHTTPClient { shared in
                try await withHTTPClient(.onePerStream) { single in
                    try await run([.test(shared, idleTimeout: timeout), .test(single, idleTimeout: timeout)])
                }
            }
        }
    }

    // MARK: HTTP/2

    @available(SwiftSSE 1.0, *)
    private static func playFrames(
        _ body: ((_ input: [UInt8]) async throws -> Void) async throws -> Void
    ) async throws {
        let current = Mutex<[UInt8]>([])
        try await TestCertificate.with { certificate in
            try await withHTTP2TestServer(certificate) { connection in
                // Settings of chance may allow the client what this server cannot read.
                while let request = try? await connection.nextRequest() {
                    let input = current.withLock { $0 }
                    let manner = Manner(input.first ?? 0, url: "")
                    var rest = Self.moved(input.dropFirst(), to: request.stream)[...]
                    while !rest.isEmpty {
                        try await connection.send(bytes: Array(rest.prefix(manner.piece * 20)))
                        rest = rest.dropFirst(manner.piece * 20)
                    }
                    if !manner.isKeptOpen, !manner.isReset { return }
                }
            } _: { server in
                try await withHTTPClient(trusting: certificate) { httpClient in
                    let client = EventStreamClient.test(httpClient, idleTimeout: .milliseconds(40))
                    try await body { input in
                        current.withLock { $0 = input }
                        _ = await client.outcome(of: Manner(input.first ?? 0, url: server.url).request)
                    }
                }
            }
        }
    }

    /// The frames with the request's stream in place of the one that stands for it, as far as there are whole frames.
    private static func moved(_ input: ArraySlice<UInt8>, to stream: UInt32) -> [UInt8] {
        var bytes = Array(input)
        var start = 0
        while start + 9 <= bytes.count {
            let count = bytes[start..<start + 3].reduce(0) { $0 << 8 | Int($1) }
            if bytes[start + 5..<start + 9].reduce(0, { $0 << 8 | UInt32($1) }) == ResponseMutator.ownStream {
                for index in 0..<4 { bytes[start + 5 + index] = UInt8(truncatingIfNeeded: stream >> (24 - 8 * index)) }
            }
            start += 9 + count
        }
        return bytes
    }
}
