internal import NIOHTTP1
internal import Tracing

/// Reads what a tracer looks for, such as `traceparent`, from the headers of a request.
@available(SwiftSSE 1.0, *)
struct HeaderExtractor: Extractor {
    func extract(key: String, from headers: HTTPHeaders) -> String? {
        let values = headers[key]
        // Several lines are one list (RFC 9110, section 5.3), which only the tracer knows whether there may be.
        return values.isEmpty ? nil : values.joined(separator: ",")
    }
}
