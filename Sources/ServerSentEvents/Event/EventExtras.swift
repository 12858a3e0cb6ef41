/// What few events have: a long type, a long id, data that came as bytes.
///
/// Kept in an object of its own so that all other events are made and copied without it.
final class EventExtras: Sendable {
    let longType: String?
    let longID: String?
    let bytes: [UInt8]?

    init(longType: String?, longID: String?, bytes: [UInt8]?) {
        self.longType = longType
        self.longID = longID
        self.bytes = bytes
    }
}
