import Foundation
import ServerSentEvents

/// An event as a JSON object: `type`, `data`, and `id`, which is the last event ID in force.
struct EventRecord: Encodable {
    let type: String
    /// The data, if it is text.
    let data: String?
    /// The data in Base64, if it is not text.
    let dataBase64: String?
    let id: String

    private enum CodingKeys: String, CodingKey {
        case type
        case data
        case dataBase64 = "data_base64"
        case id
    }

    init(_ event: ServerSentEvent, lastEventID: ServerSentEvent.EventID) {
        let text = event.withBytes { bytes in
            bytes.withUnsafeBufferPointer { String(validating: $0, as: UTF8.self) }
        }
        self.type = event.type.rawValue
        self.data = text
        self.dataBase64 = text == nil ? Data(event.bytes).base64EncodedString() : nil
        self.id = lastEventID.rawValue
    }
}
