/// What a parser comes upon next in a chunk.
@usableFromInline
enum ParserStep {
    /// An event that lies in the chunk as a whole.
    case event

    /// The end of a block of which a part has been kept, or that has no data.
    case keptBlock

    /// A comment that lies in the chunk.
    case comment

    /// A comment that came with more than one chunk.
    case keptComment

    case retry

    /// The end of the chunk.
    case end
}
