/// One thing that was found in a stream, by the parser or by the model, in a form in which the two can be compared.
package enum Finding: Hashable, Sendable {
    case event(type: ByteText, data: ByteText, id: ByteText?, retry: Int64?)
    case comment(ByteText)
    case retry(Int64)
    case lastEventID(ByteText)
    case invalidData(id: ByteText? = nil)

    /// An event with the parts that matter.
    package static func event(
        _ data: ByteText,
        type: ByteText = "message",
        id: ByteText? = nil,
        retry: Int64? = nil
    ) -> Finding {
        .event(type: type, data: data, id: id, retry: retry)
    }
}

extension Finding: CustomStringConvertible {
    package var description: String {
        switch self {
        case .event(let type, let data, let id, let retry):
            "event(\(type), \(data)"
                + (id.map { ", id: \($0)" } ?? "")
                + (retry.map { ", retry: \($0)" } ?? "")
                + ")"
        case .comment(let text): "comment(\(text))"
        case .retry(let milliseconds): "retry(\(milliseconds))"
        case .lastEventID(let id): "lastEventID(\(id))"
        case .invalidData(let id): "invalidData(\(id.map { "id: \($0)" } ?? ""))"
        }
    }
}
