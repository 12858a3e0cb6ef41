import InMemoryTracing
import NIOHTTP1
import SSEBroker
import SSETestSupport
import ServerSentEvents
import Testing
import Tracing

@testable import SSEHub

/// The spans of events that are published.
@Suite(.timeLimit(.minutes(3)))
struct PublishTracingTests {
    @available(SwiftSSE 1.0, *)
    private static let publication = Publication(ServerSentEvent(data: "très secret"), topics: ["a", "b"])

    @available(SwiftSSE 1.0, *)
    private static func publish(
        _ publication: Publication = Self.publication,
        _ headers: HTTPHeaders = [:],
        to broker: Broker,
        immediately: Bool
    ) async throws -> PublishReceipt? {
        if immediately {
            return try PublishTracing.trace(publication, headers) { () throws(BrokerError) in
                try broker.publishImmediately(publication)
            }
        }
        return try await PublishTracing.trace(publication, headers) { () async throws(BrokerError) in
            try await broker.publish(publication)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [true, false])
    func `A span tells how large an event is and its id, but nothing that is in it`(immediately: Bool) async throws {
        let tracer = InMemoryTracer()
        let broker = Broker()
        let receipt = try await withTracer(tracer) {
            try await Self.publish(to: broker, immediately: immediately)
        }
        let span = try #require(tracer.finishedSpans.first)
        #expect(tracer.finishedSpans.count == 1 && tracer.activeSpans.isEmpty)
        #expect(span.operationName == "mercure publish" && span.kind == .producer)
        #expect(span.parentSpanID == nil && span.status == nil)
        #expect(span.attributes.get("messaging.message.id") == .string(try #require(receipt?.id)))
        #expect(span.attributes.get("messaging.message.body.size") == .int64(12))
        #expect(span.attributes.get("mercure.topic.count") == .int64(2))
        span.attributes.forEach { _, value in #expect(!"\(value)".contains("secret")) }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [true, false])
    func `What the publisher's request says of its span is the parent`(immediately: Bool) async throws {
        let tracer = InMemoryTracer()
        let broker = Broker()
        let headers: HTTPHeaders = [InMemoryTracer.traceIDKey: "trace-1", InMemoryTracer.spanIDKey: "span-1"]
        _ = try await withTracer(tracer) {
            try await Self.publish(Self.publication, headers, to: broker, immediately: immediately)
        }
        let span = try #require(tracer.finishedSpans.first)
        #expect(span.traceID == "trace-1" && span.parentSpanID == "span-1")
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [true, false])
    func `A refusal ends the span with its kind`(immediately: Bool) async throws {
        let tracer = InMemoryTracer()
        let broker = Broker()
        let refused = Publication(ServerSentEvent(data: "x"), topics: [])
        await #expect(throws: BrokerError.self) {
            try await withTracer(tracer) { try await Self.publish(refused, to: broker, immediately: immediately) }
        }
        let span = try #require(tracer.finishedSpans.first)
        #expect(tracer.finishedSpans.count == 1 && tracer.activeSpans.isEmpty)
        #expect(span.status?.code == .error && span.attributes.get("error.type") == .string("noTopics"))
    }

    @available(SwiftSSE 1.0, *)
    @Test func `An event that has to be waited for has one span and not two`() async throws {
        let tracer = InMemoryTracer()
        let engine = SlowEngine()
        let broker = try await Broker(engine: engine)
        let receipt = try await withTracer(tracer) { () -> PublishReceipt? in
            let first = try await Self.publish(to: broker, immediately: true)
            #expect(first == nil && tracer.finishedSpans.isEmpty && tracer.activeSpans.isEmpty)
            async let second = Self.publish(to: broker, immediately: false)
            engine.gate.open()
            return try await second
        }
        #expect(receipt != nil)
        #expect(tracer.finishedSpans.count == 1 && tracer.activeSpans.isEmpty)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Several lines of a header are one list, and none is none`() {
        let headers: HTTPHeaders = [
            "Traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "tracestate": "a=1",
            "TraceState": "b=2",
        ]
        let extractor = HeaderExtractor()
        #expect(
            extractor.extract(key: "traceparent", from: headers)
                == "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        )
        #expect(extractor.extract(key: "tracestate", from: headers) == "a=1,b=2")
        #expect(extractor.extract(key: "baggage", from: headers) == nil)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Without a tracer an event is published all the same`() async throws {
        let broker = Broker()
        #expect(try await Self.publish(to: broker, immediately: true)?.position.sequence == 1)
        #expect(try await Self.publish(to: broker, immediately: false)?.position.sequence == 2)
    }
}
