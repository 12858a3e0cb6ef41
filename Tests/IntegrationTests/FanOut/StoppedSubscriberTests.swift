internal import Foundation
internal import Logging
internal import SSEBroker
internal import SSEHub
internal import SSEServer
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

/// A subscriber whose process is stopped: its socket takes what it can hold, and then nothing.
@Suite(
    .timeLimit(.minutes(15)),
    .inTurn(seconds: 180),
    .enabled(if: Executable.named("curl") != nil, "There is no curl on the path.")
)
struct StoppedSubscriberTests {
    /// Far more than the sockets between a hub and its subscriber hold.
    private static let eventCount = 400
    private static let filling = String(repeating: "x", count: 64 * 1024)

    @Test
    @available(SwiftSSE 1.0, *)
    func `Who goes on in time has lost nothing, and others did not wait`() async throws {
        // The deadline is no part of this.
        try await Self.withStoppedSubscriber(writeTimeout: .seconds(100)) { broker, curl in
            #expect(broker.subscriptionCount == 2)
            curl.goOn()
            try await broker.publish(ServerSentEvent(data: "end"), to: "t")
            var numbers: [Int] = []
            for await line in curl.output.lines {
                if line == "data: end" { break }
                if let number = Self.number(in: line) { numbers.append(number) }
            }
            #expect(numbers == Array(0..<Self.eventCount))
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Who stays stopped is cut off by the write deadline, and others did not wait`() async throws {
        // Long enough for those that only wait for their turn on a busy machine.
        try await Self.withStoppedSubscriber(writeTimeout: .seconds(5)) { broker, curl in
            try await waitUntil { broker.subscriptionCount == 1 }
            curl.goOn()
            let result = await curl.result()
            #expect(result.exitCode != 0, "The stream ended without its last chunk.")
            let numbers = result.outputLines.compactMap(Self.number)
            #expect(numbers == Array(0..<numbers.count))
            #expect(numbers.count < Self.eventCount)
        }
    }

    /// Runs a hub with two subscribers, stops one of them, and has the other read more events than a socket holds.
    ///
    /// - Parameter body: Gets the broker and the one that is stopped.
    @available(SwiftSSE 1.0, *)
    private static func withStoppedSubscriber(
        writeTimeout: Duration,
        _ body: (Broker, RunningProcess) async throws -> Void
    ) async throws {
        var configuration = HubConfiguration.defaults
        configuration.port = 0
        configuration.drainWindow = .zero
        configuration.requestTimeout = .seconds(60)
        configuration.fanOut.writeTimeout = writeTimeout
        let hub = Hub(configuration, logger: Logger(label: "hub") { _ in SwiftLogNoOpLogHandler() })
        let ports = Log<Int>()
        try await withThrowingTaskGroup { group in
            group.addTask { try await hub.run { ports.append($0) } }
            defer { group.cancelAll() }
            let port = try #require(await ports.next())
            let curl = try #require(Executable.named("curl"))
            let path = "/.well-known/mercure?topic=t"
            try await withProcess(curl, ["-sSN", "http://127.0.0.1:\(port)\(path)"]) { process in
                try await waitUntil { hub.broker.subscriptionCount == 1 }
                try await RawConnection.withConnection(to: port) { other in
                    try await other.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    _ = try await other.readHead()
                    try await waitUntil { hub.broker.subscriptionCount == 2 }
                    process.stop()
                    for number in 0..<Self.eventCount {
                        try await hub.broker.publish(ServerSentEvent(data: "\(number) \(Self.filling)"), to: "t")
                        _ = try await other.read(through: "data: \(number) ")
                    }
                    try await body(hub.broker, process)
                }
            }
        }
    }

    /// The number of an event whose data this line is.
    private static func number(in line: String) -> Int? {
        guard line.hasPrefix("data: "), line.hasSuffix(Self.filling) else { return nil }
        return Int(line.dropFirst("data: ".count).prefix { $0 != " " })
    }
}
