import Foundation
import NIOCore
import NIOPosix

/// Measures how fast a hub hands out what is published, and whether all of it arrives.
@available(SwiftSSE 1.0, *)
struct FanOutMeasurement {
    let plan: FanOutPlan
    let connection: HubConnection
    let request: HubRequest
    let progress: ProgressLine

    /// How often it is looked at how far the loops are. The times that count are taken on the loops.
    private static let interval = Duration.milliseconds(20)

    func run() async throws -> FanOutReport {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: self.plan.loops)
        let result: Result<FanOutReport, any Error>
        do {
            result = .success(try await self.run(on: group))
        } catch {
            result = .failure(error)
        }
        self.progress.clear()
        // Closes the connections too.
        try? await group.shutdownGracefully()
        return try result.get()
    }

    private func run(on group: MultiThreadedEventLoopGroup) async throws -> FanOutReport {
        // A topic that nobody else has.
        let topic = "https://example.com/bench/\(UUID().uuidString.lowercased())"
        let loops = Array(group.makeIterator())
        var bounds: [NIOLoopBound<FanOutLoop>] = []
        for eventLoop in loops {
            let (plan, connection, request) = (self.plan, self.connection, self.request)
            bounds.append(
                try await eventLoop.submit {
                    NIOLoopBound(
                        FanOutLoop(plan, connection, request, topic: topic, on: eventLoop),
                        eventLoop: eventLoop
                    )
                }.get()
            )
        }
        let start = ContinuousClock.now
        let address = try await self.openPublishers(bounds[0], on: loops[0])
        for (number, bound) in bounds.enumerated() {
            let count = self.plan.subscribers(of: number)
            loops[number].execute { bound.value.open(count, at: address) }
        }
        _ = try await self.wait(for: bounds) { status in
            self.progress.show(
                "\(Count.text(status.opened)) of \(Count.text(self.plan.subscribers, "subscriber")) connected"
            )
            return status.opened >= self.plan.subscribers
        } progress: {
            $0.opened
        }
        let secondsToOpen = (ContinuousClock.now - start) / .seconds(1)

        let publishing = bounds[0]
        loops[0].execute { publishing.value.publish() }
        let expected = self.plan.expectedDeliveries
        let status = try await self.wait(for: bounds) { status in
            self.progress.show(
                "\(Count.text(status.tally.deliveries)) of \(Count.text(expected, "delivery", "deliveries"))"
            )
            return status.tally.deliveries >= expected && status.answered >= self.plan.messages
        } progress: {
            $0.tally.deliveries + $0.answered
        }
        for (eventLoop, bound) in zip(loops, bounds) { eventLoop.execute { bound.value.end() } }
        return FanOutReport(self.plan, status, secondsToOpen: secondsToOpen)
    }

    private func openPublishers(_ bound: NIOLoopBound<FanOutLoop>, on eventLoop: any EventLoop) async throws
        -> SocketAddress
    {
        var address: SocketAddress?
        for number in 0..<self.plan.publishers {
            do {
                address = try await eventLoop.flatSubmit { bound.value.openPublisher(number) }.get() ?? address
            } catch {
                throw CommandFailure(connectingTo: self.connection.url, error)
            }
        }
        guard let address else {
            throw CommandFailure("The connection to \(self.connection.url.origin) is gone again.")
        }
        return address
    }

    /// Waits until something is so, or until nothing has happened for long.
    private func wait(
        for bounds: [NIOLoopBound<FanOutLoop>],
        until isDone: (FanOutLoop.Status) -> Bool,
        progress: (FanOutLoop.Status) -> Int
    ) async throws -> FanOutLoop.Status {
        var (last, lastTime) = (-1, ContinuousClock.now)
        while true {
            var status = FanOutLoop.Status()
            for bound in bounds {
                status.merge(try await bound.eventLoop.submit { bound.value.currentStatus }.get())
            }
            if let failure = status.failure { throw CommandFailure(failure) }
            if isDone(status) { return status }
            let current = progress(status)
            if current != last { (last, lastTime) = (current, .now) }
            guard ContinuousClock.now - lastTime < self.plan.timeout else {
                guard status.firstPublish != nil else {
                    throw CommandFailure(
                        "Only \(Count.text(status.opened, "subscriber")) had an answer, and none came for "
                            + "\(self.plan.timeout)."
                    )
                }
                // What has not come by now is lost.
                return status
            }
            try await ContinuousClock().sleep(for: Self.interval)
        }
    }
}

/// What a measurement of a fan-out does.
struct FanOutPlan: Sendable {
    let subscribers: Int
    let messages: Int
    /// The bytes of a message's data.
    let size: Int
    /// Messages a second, all publishers together; `nil` for one after the answer to the one before.
    let rate: Double?
    let publishers: Int
    /// The threads that the connections are spread over.
    let loops: Int
    /// How long nothing may happen before it is over.
    let timeout: Duration

    var expectedDeliveries: Int { self.subscribers * self.messages }

    /// How many messages a publisher has to publish.
    func messages(of publisher: Int) -> Int {
        self.messages / self.publishers + (publisher < self.messages % self.publishers ? 1 : 0)
    }

    /// How many subscribers a loop has.
    func subscribers(of loop: Int) -> Int {
        self.subscribers / self.loops + (loop < self.subscribers % self.loops ? 1 : 0)
    }
}
