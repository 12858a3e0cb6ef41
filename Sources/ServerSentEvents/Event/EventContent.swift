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
