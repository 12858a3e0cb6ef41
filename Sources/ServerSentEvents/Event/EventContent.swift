/// The data of an event, and what else does not fit in place.
///
/// One value for both, because the optimizer removes more copies of a struct with a single reference than of one with
/// two: parsing takes 1,425 instructions an event and not 1,575.
@usableFromInline
enum EventContent: Sendable {
    case text(String)
    case extras(EventExtras)

    init(text: String, bytes: [UInt8]?, longType: String?, longID: String?) {
        if longType == nil, longID == nil, bytes == nil {
            self = .text(text)
        } else {
            self = .extras(EventExtras(longType: longType, longID: longID, text: text, bytes: bytes))
        }
    }

    var text: String {
        switch self {
        case .text(let text): text
        case .extras(let extras): extras.text
        }
    }

    var extras: EventExtras? {
        switch self {
        case .text: nil
        case .extras(let extras): extras
        }
    }
}

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
