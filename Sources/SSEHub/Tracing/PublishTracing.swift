internal import NIOHTTP1
internal import SSEBroker
internal import Tracing

/// Makes a span for each event that is published, as a child of what the publisher's request says of its own.
///
/// The attributes are those that OpenTelemetry has for messaging, as far as there are any: how many bytes and topics, and
/// the id, but neither the topics nor the data.
///
/// <https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/>
@available(SwiftSSE 1.0, *)
enum PublishTracing {
    static let operationName = "mercure publish"

    /// Publishes without waiting, within a span if somebody traces.
    ///
    /// - Parameters:
    ///   - headers: Those of the publisher's request.
    ///   - publish: Returns where the event stands, `nil` if it has to be waited for; then there is no span yet.
    static func trace(
        _ publication: Publication,
        _ headers: HTTPHeaders,
        _ publish: () throws(BrokerError) -> PublishReceipt?
    ) throws(BrokerError) -> PublishReceipt? {
        guard self.isTraced else { return try publish() }
        let start = DefaultTracerClock.now
        do throws(BrokerError) {
            guard let receipt = try publish() else { return nil }
            self.end(self.makeSpan(publication, headers, at: start), .success(receipt))
            return receipt
        } catch {
            self.end(self.makeSpan(publication, headers, at: start), .failure(error))
            throw error
        }
    }

    /// Publishes within a span if somebody traces.
    ///
    /// - Parameter headers: Those of the publisher's request.
    static func trace(
        _ publication: Publication,
        _ headers: HTTPHeaders,
        _ publish: () async throws(BrokerError) -> PublishReceipt
    ) async throws(BrokerError) -> PublishReceipt {
        guard self.isTraced else { return try await publish() }
        let span = self.makeSpan(publication, headers, at: DefaultTracerClock.now)
        let result = await InstrumentationContext.withValue(span.context) {
            do throws(BrokerError) {
                return Result<PublishReceipt, BrokerError>.success(try await publish())
            } catch {
                return .failure(error)
            }
        }
        self.end(span, result)
        return try result.get()
    }

    private static var isTraced: Bool { !(InstrumentationSystem.tracer is NoOpTracer) }

    private static func makeSpan(
        _ publication: Publication,
        _ headers: HTTPHeaders,
        at start: DefaultTracerClock.Timestamp
    ) -> any Span {
        var context = InstrumentationContext.current ?? .topLevel
        InstrumentationSystem.instrument.extract(headers, into: &context, using: HeaderExtractor())
        let span = startSpan(self.operationName, context: context, ofKind: .producer, at: start)
        span.updateAttributes { attributes in
            attributes["messaging.system"] = "mercure"
            attributes["messaging.operation.name"] = "publish"
            attributes["messaging.operation.type"] = "send"
            attributes["messaging.message.body.size"] = publication.event.data.utf8.count
            attributes["mercure.topic.count"] = publication.topics.count
        }
        return span
    }

    private static func end(_ span: any Span, _ result: Result<PublishReceipt, BrokerError>) {
        switch result {
        case .success(let receipt):
            span.updateAttributes { attributes in
                attributes["messaging.message.id"] = receipt.id
                if receipt.isDuplicate { attributes["mercure.duplicate"] = true }
            }
        case .failure(let error):
            span.updateAttributes { $0["error.type"] = error.code.description }
            span.setStatus(SpanStatus(code: .error, message: error.message))
        }
        span.end()
    }
}

/// Reads what a tracer looks for, such as `traceparent`, from the headers of a request.
@available(SwiftSSE 1.0, *)
struct HeaderExtractor: Extractor {
    func extract(key: String, from headers: HTTPHeaders) -> String? {
        let values = headers[key]
        // Several lines are one list (RFC 9110, section 5.3), which only the tracer knows whether there may be.
        return values.isEmpty ? nil : values.joined(separator: ",")
    }
}
