import Logging
import SSEBroker
import ServiceLifecycle

/// The code of the broker's landing page.
@available(SwiftSSE 1.0, *)
private func brokerSamples(order: ServerSentEvent) async throws {
    let broker = Broker()
    let receipt = try await broker.publish(ServerSentEvent(data: "It rains."), to: "weather")
    print(receipt.id)

    try await broker.withSubscription(to: TopicSelection("weather"), from: .earliest) { items in
        for try await item in items {
            switch item {
            case .event(let record): print(record.id, record.event.data)
            case .gap(let reason): print("Events are missing: \(reason.rawValue).")
            }
        }
    }

    let selection = TopicSelection([
        try TopicSelector("news"),
        try TopicSelector("https://example.com/books/{id}"),
    ])
    print(selection)

    try await broker.publish(order, to: "orders", idempotencyKey: "order-17")
}

/// The code of the article on resuming.
@available(SwiftSSE 1.0, *)
private func resumeSamples(
    broker: Broker,
    lastID: String,
    handle: (LogRecord) async throws -> Void,
    reloadOrders: (GapReason) async throws -> Void
) async throws {
    try await broker.withSubscription(to: TopicSelection("orders"), from: .after(id: lastID)) { items in
        for try await item in items {
            switch item {
            case .event(let record): try await handle(record)
            case .gap(let reason): try await reloadOrders(reason)
            }
        }
    }

    let last = try await broker.withSubscription(to: TopicSelection("orders")) { items in
        for try await case .event(let record) in items.prefix(10) { try await handle(record) }
        return items.position.wireID
    }
    print(last)
}

/// The code of ``BrokerSubscription``.
@available(SwiftSSE 1.0, *)
private func subscriptionSample(broker: Broker) async throws {
    let point = try await broker.withSubscription(to: TopicSelection("orders"), from: .latest) { items in
        for try await case .event(let record) in items { print(record.event.data) }
        return ResumePoint.after(id: items.position.wireID)
    }
    print(point)
}

@available(SwiftSSE 1.0, *)
private func retentionSample() {
    var configuration = BrokerConfiguration.defaults
    configuration.retention = Retention(events: 500_000, bytes: 256 * 1024 * 1024, age: .seconds(2 * 3600))
    configuration.resumePolicy = .replayAll
    let broker = Broker(configuration: configuration)
    print(broker.bounds)
}

/// The code of the article on engines.
@available(SwiftSSE 1.0, *)
private func engineSamples(engine: some BrokerEngine, logger: Logger) async throws {
    let broker = try await Broker(engine: engine)
    let services = ServiceGroup(services: [broker], logger: logger)
    try await services.run()
}

@available(SwiftSSE 1.0, *)
private func record(epoch: UInt64, sequence: UInt64) throws -> LogRecord {
    let record = try LogRecord(
        position: EventPosition(epoch: epoch, sequence: sequence),
        topics: ["orders"],
        event: ServerSentEvent(type: "order", data: "17")
    )
    return record
}
