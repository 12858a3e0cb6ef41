import NIOCore
import NIOHTTP1
import NIOPosix

/// The part of a measurement that happens on one event loop. Lives there alone.
@available(SwiftSSE 1.0, *)
final class FanOutLoop {
    /// What can be said of it from elsewhere.
    struct Status: Sendable {
        var opened = 0
        var closed = 0
        var publishers = 0
        var answered = 0
        var failure: String?
        var firstPublish: NIODeadline?
        var tally = DeliveryTally()

        mutating func merge(_ other: Status) {
            self.opened += other.opened
            self.closed += other.closed
            self.publishers += other.publishers
            self.answered += other.answered
            self.failure = self.failure ?? other.failure
            if let first = other.firstPublish { self.firstPublish = min(self.firstPublish ?? first, first) }
            self.tally.merge(other.tally)
        }
    }

    /// The most connections that are being made at a time: what the queues of listening sockets hold.
    private static let maximumOpening = 64

    let plan: FanOutPlan
    let connection: HubConnection
    let eventLoop: any EventLoop
    var tally = DeliveryTally()

    private let request: HubRequest
    private let topic: String
    private var status = Status()
    private var publishers: [FanOutPublisher] = []
    private var opening = 0
    private var toOpen = 0
    private var isOver = false

    init(
        _ plan: FanOutPlan,
        _ connection: HubConnection,
        _ request: HubRequest,
        topic: String,
        on eventLoop: any EventLoop
    ) {
        self.plan = plan
        self.connection = connection
        self.request = request
        self.topic = topic
        self.eventLoop = eventLoop
    }

    /// What there has been so far.
    var currentStatus: Status {
        var status = self.status
        status.tally = self.tally
        return status
    }

    func fail(_ reason: String) {
        if self.status.failure == nil, !self.isOver { self.status.failure = reason }
    }

    /// What happens from here on is no failure any more.
    func end() { self.isOver = true }

    // MARK: Subscribers

    /// Begins to open subscribers.
    func open(_ count: Int, at address: SocketAddress) {
        self.toOpen = count
        self.openMore(at: address)
    }

    private func openMore(at address: SocketAddress) {
        while self.toOpen > 0, self.opening < Self.maximumOpening, self.status.failure == nil, !self.isOver {
            self.toOpen -= 1
            self.opening += 1
            let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
            let request = self.subscribeRequest
            self.connection.open(on: self.eventLoop, address: address) { channel in
                try channel.pipeline.syncOperations.addHandler(FanOutSubscriber(bound.value, request: request))
            }.assumeIsolated().whenComplete { result in
                self.opening -= 1
                if case .failure(let error) = result {
                    self.fail(CommandFailure(connectingTo: self.connection.url, error).description)
                }
                self.openMore(at: address)
            }
        }
    }

    private var subscribeRequest: ByteBuffer {
        let url = self.connection.url
        let target = url.target + (url.target.contains("?") ? "&" : "?") + "topic=" + self.topic.formEncoded
        var head = "GET \(target) HTTP/1.1\r\nAccept: text/event-stream\r\n"
        for (name, value) in self.request.headers { head += "\(name): \(value)\r\n" }
        return ByteBuffer(string: head + "\r\n")
    }

    func subscriberOpened() { self.status.opened += 1 }

    func subscriberClosed() { self.status.closed += 1 }

    // MARK: Publishers

    /// Opens a publisher.
    ///
    /// - Returns: The hub's address.
    func openPublisher(_ number: Int) -> EventLoopFuture<SocketAddress?> {
        let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
        let (request, form) = (self.request, EventForm(topics: [self.topic]))
        return self.connection.open(on: self.eventLoop) { channel in
            let publisher = FanOutPublisher(bound.value, number: number, request, form)
            try channel.pipeline.syncOperations.addHTTPClientHandlers()
            try channel.pipeline.syncOperations.addHandler(publisher)
            bound.value.publishers.append(publisher)
            bound.value.status.publishers += 1
            return channel.remoteAddress
        }
    }

    /// Begins to publish.
    func publish() {
        let now = NIODeadline.now()
        self.status.firstPublish = now
        if let rate = self.plan.rate {
            self.publishDue(0, since: now, rate)
        } else {
            for publisher in self.publishers { publisher.publish(due: now) }
        }
    }

    /// Publishes what is due by now, each publisher in turn, and waits for what is next.
    private func publishDue(_ first: Int, since start: NIODeadline, _ rate: Double) {
        var number = first
        while number < self.plan.messages, self.status.failure == nil, !self.isOver {
            let due = start + .nanoseconds(Int64(Double(number) / rate * 1e9))
            guard due <= .now() else {
                let next = number
                self.eventLoop.assumeIsolated().scheduleTask(deadline: due) {
                    self.publishDue(next, since: start, rate)
                }
                return
            }
            self.publishers[number % self.publishers.count].publish(due: due)
            number += 1
        }
    }

    func messageAnswered() { self.status.answered += 1 }
}
