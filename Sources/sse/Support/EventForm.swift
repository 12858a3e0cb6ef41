import NIOCore
import ServerSentEvents

/// The form in which an event goes to a hub; all but its data is written once for many events.
@available(SwiftSSE 1.0, *)
struct EventForm: Sendable {
    private let start: [UInt8]

    init(
        topics: [String],
        type: ServerSentEvent.EventType? = nil,
        id: ServerSentEvent.EventID? = nil,
        retry: Duration? = nil
    ) {
        var fields = topics.map { ("topic", $0) }
        if let type { fields.append(("type", type.rawValue)) }
        if let id { fields.append(("id", id.rawValue)) }
        if let retry { fields.append(("retry", "\(Int64(retry / .milliseconds(1)))")) }
        var start: [UInt8] = []
        for (name, value) in fields {
            start += "\(name)=".utf8
            start.appendFormEncoded(Array(value.utf8)[...])
            start.append(UInt8(ascii: "&"))
        }
        self.start = start + "data=".utf8
    }

    /// The form of an event with this data.
    func callAsFunction(data: ArraySlice<UInt8>) -> ByteBuffer {
        var form = self.start
        form.reserveCapacity(form.count + data.count + data.count / 2)
        form.appendFormEncoded(data)
        return ByteBuffer(bytes: form)
    }
}
