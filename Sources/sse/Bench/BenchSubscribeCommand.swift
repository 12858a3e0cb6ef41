import ArgumentParser
import Foundation
import HTTPTypes
import SSEClient
import ServerSentEvents

/// `sse bench subscribe`: keeps many subscriptions open at once.
@available(SwiftSSE 1.0, *)
struct BenchSubscribeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "subscribe",
        abstract: "Open many subscriptions at once and print what one of them costs.",
        discussion: "The server has to send an event to each subscription as it begins, and to keep it open."
    )

    private struct Report: Encodable {
        let subscriptions: Int
        let secondsToOpen: Double
        let bytesPerSubscription: Int
        let secondsToCancel: Double

        private enum CodingKeys: String, CodingKey {
            case subscriptions
            case secondsToOpen = "seconds_to_open"
            case bytesPerSubscription = "bytes_per_subscription"
            case secondsToCancel = "seconds_to_cancel"
        }
    }

    @Argument(help: "The URL of the stream.")
    var url: String

    @Option(help: "How many subscriptions.")
    var count = 1000

    @OptionGroup(title: "Network")
    var network: NetworkOptions

    func validate() throws {
        guard self.count > 0 else { throw ValidationError("--count must be at least 1.") }
    }

    func run() async throws {
        var request = EventStreamRequest(url: self.url)
        request.headers[.authorization] = self.network.authorization
        let asked = request
        do {
            try await CommandTransport.withClient(self.network) { client in
                try await self.measure { client.subscription(to: asked) }
            }
        } catch {
            throw CommandFailure(describing: error)
        }
    }

    private func measure(_ makeSubscription: @escaping @Sendable () -> EventStreamSubscription) async throws {
        // The first one brings up what all of them share.
        try await makeSubscription().waitForEvent()
        let before = ResidentMemory.maximumKilobytes
        let clock = ContinuousClock()
        let start = clock.now
        let (opened, continuation) = AsyncThrowingStream<Void, any Error>.makeStream()
        let count = self.count
        let report = try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask {
                    do {
                        // Counted once, however many events come, and over however many connections.
                        var isOpen = false
                        for try await _ in makeSubscription() {
                            if !isOpen { continuation.yield() }
                            isOpen = true
                        }
                    } catch is CancellationError {
                    } catch {
                        continuation.finish(throwing: error)
                    }
                }
            }
            var number = 0
            for try await _ in opened {
                number += 1
                if number == count { break }
            }
            let (isOpen, memory) = (clock.now, ResidentMemory.maximumKilobytes)
            group.cancelAll()
            while try await group.next() != nil {}
            return Report(
                subscriptions: count,
                secondsToOpen: (isOpen - start) / .seconds(1),
                bytesPerSubscription: (memory - before) * 1024 / count,
                secondsToCancel: (clock.now - isOpen) / .seconds(1)
            )
        }
        try StandardOutput.writeLine(JSONLine()(report))
    }
}

@available(SwiftSSE 1.0, *)
extension EventStreamSubscription {
    fileprivate func waitForEvent() async throws {
        for try await _ in self { return }
    }
}
