/// The metrics by name, and their series by labels.
@available(SwiftSSE 1.0, *)
struct MetricRegistry: Sendable {
    private struct Entry {
        let series: any MetricSeries
        /// How many have asked for this series.
        var users: Int
    }

    private struct Family {
        let kind: MetricKind
        var entries: [String: Entry] = [:]
    }

    private struct Place {
        let name: String
        let labels: String
    }

    private var families: [String: Family] = [:]
    private var places: [ObjectIdentifier: Place] = [:]
    /// How many series have not been kept.
    private(set) var droppedCount = 0

    /// The series with a name and labels, a new one if there is none.
    ///
    /// One that cannot be kept, since there are too many or the name is another kind's already, still works, but is in
    /// no text: counting must not fail for whoever counts.
    mutating func series<Series: MetricSeries>(
        _ name: String,
        _ labels: String,
        _ kind: MetricKind,
        limit: Int,
        _ make: () -> Series
    ) -> Series {
        var family = self.families[name] ?? Family(kind: kind)
        if family.kind == kind, let series = family.entries[labels]?.series as? Series {
            family.entries[labels]?.users += 1
            self.families[name] = family
            return series
        }
        let series = make()
        guard family.kind == kind, self.places.count < limit else {
            self.droppedCount += 1
            return series
        }
        family.entries[labels] = Entry(series: series, users: 1)
        self.families[name] = family
        self.places[ObjectIdentifier(series)] = Place(name: name, labels: labels)
        return series
    }

    /// Forgets a series, when this has been called as often as it has been asked for.
    mutating func remove(_ series: AnyObject) {
        guard let place = self.places[ObjectIdentifier(series)] else { return }
        self.families[place.name]?.entries[place.labels]?.users -= 1
        guard self.families[place.name]?.entries[place.labels]?.users == 0 else { return }
        self.families[place.name]?.entries[place.labels] = nil
        self.places[ObjectIdentifier(series)] = nil
        if self.families[place.name]?.entries.isEmpty == true { self.families[place.name] = nil }
    }

    func write(to text: inout PrometheusText) {
        for (name, family) in self.families.sorted(by: { $0.key < $1.key }) {
            text.family(name, family.kind)
            for (labels, entry) in family.entries.sorted(by: { $0.key < $1.key }) {
                entry.series.write(name, labels, to: &text)
            }
        }
    }
}
