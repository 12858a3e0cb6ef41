/// What few events have: a long type, a long id, data that came as bytes; and the data, if it is text after all.
///
/// Kept in an object of its own so that all other events are made and copied without it.
@usableFromInline
final class EventExtras: Sendable {
    let longType: String?
    let longID: String?
    let text: String
    let bytes: [UInt8]?

    init(longType: String?, longID: String?, text: String, bytes: [UInt8]?) {
        self.longType = longType
        self.longID = longID
        self.text = text
        self.bytes = bytes
    }

    @usableFromInline
    var data: String { self.bytes.map { String(decoding: $0, as: UTF8.self) } ?? self.text }
}
